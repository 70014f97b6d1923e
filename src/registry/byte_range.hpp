// ByteRange: a part of content; RangeWanted: which part is wanted while nobody knows yet how much
// content there is.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace berth::registry {

struct ByteRange {
    std::uint64_t first;
    std::uint64_t length;
};

/// As the field Range of HTTP has it (RFC 9110 section 14.1.2): "first-last", both included;
/// "first-", to the end; or "-last", so many at the end.
struct RangeWanted {
    std::optional<std::uint64_t> first;
    std::optional<std::uint64_t> last;

    /// Of content of `size` bytes; nothing if no byte of it is wanted.
    std::optional<ByteRange> of(std::uint64_t size) const;
    /// "bytes=5-9", for the field.
    std::string field() const;
};

/// The same where no range may be named: then all of it is wanted.
std::optional<ByteRange> part_of(std::uint64_t size, const std::optional<RangeWanted>& wanted);

} // namespace berth::registry
