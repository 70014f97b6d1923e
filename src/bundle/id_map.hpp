// IdMap: which id on this machine stands for an id in the image.
#pragma once

#include "bundle/unpack.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace berth::bundle {

class IdMap {
public:
    /// Every id is itself.
    static IdMap identity() { return IdMap(Kind::identity, {}, 0); }
    /// Every id is `host`.
    static IdMap all_to(std::uint32_t host) { return IdMap(Kind::single, {}, host); }
    /// By ranges. Empty ranges, ranges past 2^32 - 2 and ranges that overlap on either side are
    /// Error usage. `name` is what messages call the map: "uid map" or "gid map".
    static IdMap by_ranges(std::vector<IdRange> ranges, std::string name);

    /// Error content_invalid naming the id and the map if nothing stands for it.
    std::uint32_t to_host(std::uint32_t container) const;
    /// The other way round; where all ids are one, and for ids outside the map, that is 0.
    std::uint32_t to_container(std::uint32_t host) const;

private:
    enum class Kind { identity, single, ranges };
    IdMap(Kind kind, std::vector<IdRange> ranges, std::uint32_t host)
        : kind_(kind), ranges_(std::move(ranges)), host_(host) {}

    Kind kind_;
    std::vector<IdRange> ranges_;
    std::uint32_t host_;
    std::string name_;
};

} // namespace berth::bundle
