#include "registry/byte_range.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace berth::registry {

std::optional<ByteRange> RangeWanted::of(std::uint64_t size) const {
    if (size == 0) return std::nullopt;
    if (!first) {
        const auto length = std::min(last.value_or(0), size);
        if (length == 0) return std::nullopt;
        return ByteRange{size - length, length};
    }
    const auto end = std::min(last.value_or(size - 1), size - 1);
    if (*first > end) return std::nullopt;
    return ByteRange{*first, end - *first + 1};
}

std::string RangeWanted::field() const {
    const auto text = [](const auto& number) {
        return number ? fmt::format("{}", *number) : std::string();
    };
    return fmt::format("bytes={}-{}", text(first), text(last));
}

std::optional<ByteRange> part_of(std::uint64_t size, const std::optional<RangeWanted>& wanted) {
    return wanted ? wanted->of(size) : ByteRange{0, size};
}

} // namespace berth::registry
