#include "bundle/id_map.hpp"

#include "base/error.hpp"

#include <fmt/format.h>

#include <cstddef>
#include <limits>

namespace berth::bundle {
namespace {

// The last id is the kernel's "no id".
constexpr std::uint64_t end_of_ids = std::numeric_limits<std::uint32_t>::max();

bool overlap(std::uint32_t a, std::uint32_t a_size, std::uint32_t b, std::uint32_t b_size) {
    return std::uint64_t{a} < std::uint64_t{b} + b_size &&
           std::uint64_t{b} < std::uint64_t{a} + a_size;
}

std::string text_of(const IdRange& range) {
    return fmt::format("{}:{}:{}", range.container, range.host, range.size);
}

std::string text_of(const std::vector<IdRange>& ranges) {
    std::string text;
    for (const auto& range : ranges) text += (text.empty() ? "" : ", ") + text_of(range);
    return text;
}

} // namespace

IdMap IdMap::by_ranges(std::vector<IdRange> ranges, std::string name) {
    for (std::size_t i = 0; i < ranges.size(); ++i) {
        const auto& range = ranges[i];
        if (range.size == 0 || std::uint64_t{range.container} + range.size > end_of_ids ||
            std::uint64_t{range.host} + range.size > end_of_ids) {
            throw Error(ErrorCode::usage, fmt::format("the range {} of the {} is empty or too long",
                                                      text_of(range), name));
        }
        for (std::size_t j = 0; j < i; ++j) {
            const auto& other = ranges[j];
            if (overlap(range.container, range.size, other.container, other.size) ||
                overlap(range.host, range.size, other.host, other.size)) {
                throw Error(ErrorCode::usage, fmt::format("the ranges {} and {} of the {} overlap",
                                                          text_of(other), text_of(range), name));
            }
        }
    }
    IdMap map(Kind::ranges, std::move(ranges), 0);
    map.name_ = std::move(name);
    return map;
}

std::uint32_t IdMap::to_host(std::uint32_t container) const {
    if (kind_ == Kind::identity) return container;
    if (kind_ == Kind::single) return host_;
    for (const auto& range : ranges_) {
        if (container >= range.container && container - range.container < range.size)
            return range.host + (container - range.container);
    }
    Error error(ErrorCode::content_invalid, fmt::format("id {} of the image is not in the {} ({})",
                                                        container, name_, text_of(ranges_)));
    error.set_hint("extend the map, or give all files to yourself with --rootless and no map");
    throw error;
}

std::uint32_t IdMap::to_container(std::uint32_t host) const {
    if (kind_ == Kind::identity) return host;
    for (const auto& range : ranges_) {
        if (host >= range.host && host - range.host < range.size)
            return range.container + (host - range.host);
    }
    return 0;
}

} // namespace berth::bundle
