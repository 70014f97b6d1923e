#include "codec/tar_sparse.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace berth::codec::tar {
namespace {

[[noreturn]] void refuse(std::string_view cause) {
    throw Error(ErrorCode::content_invalid, fmt::format("the map of a sparse file {}", cause));
}

void check_count(std::uint64_t count, const TarLimits& limits) {
    if (count <= limits.sparse_regions) return;
    throw Error(ErrorCode::limit_exceeded,
                fmt::format("a sparse file has more than {} regions", limits.sparse_regions));
}

} // namespace

bool read_old_sparse(const Block& block, const OldSparseLayout& layout, const TarLimits& limits,
                     std::vector<TarRegion>& regions) {
    constexpr std::size_t number_bytes = 12;
    for (std::size_t i = 0; i < layout.regions; ++i) {
        const Field offset{layout.first + i * 2 * number_bytes, number_bytes, "sparse offset"};
        const Field length{offset.offset + number_bytes, number_bytes, "sparse length"};
        if (block[offset.offset] == '\0') break; // unused from here on
        check_count(regions.size() + 1, limits);
        regions.push_back(
            {number(block, offset, largest_size), number(block, length, largest_size)});
    }
    return block[layout.extended] != '\0';
}

std::vector<std::uint64_t> parse_sparse_list(std::string_view text, const TarLimits& limits) {
    std::vector<std::uint64_t> map;
    while (!text.empty()) {
        const std::size_t comma = std::min(text.find(','), text.size());
        const auto value = parse_number(text.substr(0, comma), largest_size);
        if (!value || comma + 1 == text.size()) refuse("is not a list of numbers");
        map.push_back(*value);
        check_count(map.size() / 2, limits);
        text.remove_prefix(std::min(comma + 1, text.size()));
    }
    if (map.size() % 2 != 0) refuse("ends with half a region");
    return map;
}

bool SparseLines::add(const Block& block) {
    for (const char c : block) {
        if (c == '\n') {
            if (add_number()) return true;
            continue;
        }
        if (c < '0' || c > '9' || ++digits_ > 19) refuse("is not made of decimal lines");
        number_ = number_ * 10 + static_cast<unsigned>(c - '0');
    }
    return false;
}

bool SparseLines::add_number() {
    if (digits_ == 0 || number_ > largest_size) refuse("has a number that is out of range");
    if (counted_) {
        map_.push_back(number_);
    } else {
        check_count(number_, limits_);
        wanted_ = number_ * 2;
        counted_ = true;
    }
    number_ = 0;
    digits_ = 0;
    return map_.size() == wanted_;
}

std::vector<TarRegion> to_regions(const std::vector<std::uint64_t>& map) {
    std::vector<TarRegion> regions;
    regions.reserve(map.size() / 2);
    for (std::size_t i = 0; i + 1 < map.size(); i += 2) regions.push_back({map[i], map[i + 1]});
    return regions;
}

void check_regions(std::vector<TarRegion>& regions, std::uint64_t stored, std::uint64_t size) {
    std::uint64_t end = 0;
    std::uint64_t sum = 0;
    for (const TarRegion& region : regions) {
        if (region.offset < end) refuse("has regions that overlap or go back");
        // Each term is at most 2^62, so neither sum wraps before it is compared.
        end = region.offset + region.length;
        sum += region.length;
        if (end > size) refuse("reaches beyond the end of the file");
    }
    if (sum != stored) {
        refuse(fmt::format("covers {} bytes where the archive holds {}", sum, stored));
    }
    std::erase_if(regions, [](const TarRegion& region) { return region.length == 0; });
}

} // namespace berth::codec::tar
