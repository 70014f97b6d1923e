// PAX extended headers (POSIX.1-2001 pax, "Extended Header"): records of "length key=value\n".
#pragma once

#include "codec/tar_reader.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace berth::codec::tar {

/// What the GNU.sparse.* records of formats 0.0, 0.1 and 1.0 said, unchecked.
struct PaxSparse {
    std::optional<std::uint64_t> version_major;
    std::optional<std::uint64_t> version_minor;
    std::optional<std::string> name;
    std::optional<std::uint64_t> size;   ///< of the file with its holes
    std::optional<std::uint64_t> blocks; ///< regions, as announced
    std::vector<std::uint64_t> map;      ///< offset, length, offset, length …
    bool any = false;
};

/// The records that mean something to us. A record with an empty value takes back what a global
/// header said, so that the plain header's field counts again.
struct PaxRecords {
    std::optional<std::string> path;
    std::optional<std::string> link_target;
    std::optional<std::string> user_name;
    std::optional<std::string> group_name;
    std::optional<std::uint64_t> size;
    std::optional<std::uint32_t> uid;
    std::optional<std::uint32_t> gid;
    std::optional<TarTime> modified;
    std::map<std::string, std::string> xattrs;
    PaxSparse sparse;

    /// Bytes held by xattrs, for the bound on global headers that follow each other.
    std::size_t xattr_bytes() const noexcept;
};

/// Adds the records in `text` to `records`. Unknown keys are ignored, as POSIX asks.
/// Errors: content_invalid, limit_exceeded.
void parse_pax(std::string_view text, const TarLimits& limits, PaxRecords& records);

/// For a global header: as parse_pax, and refuses records that make sense for one entry only
/// (path, linkpath, size, GNU.sparse.*), since tools disagree about what they would mean.
void parse_global_pax(std::string_view text, const TarLimits& limits, PaxRecords& records);

/// "1700000000.25", "-1.5". Digits beyond nanoseconds are dropped.
std::optional<TarTime> parse_pax_time(std::string_view text);

} // namespace berth::codec::tar
