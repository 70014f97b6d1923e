// Content-Range: which part of the content a 206 response carries (RFC 9110 section 14.4).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace berth::client {

struct ContentRange {
    std::uint64_t first;
    std::uint64_t last;                 ///< inclusive, not below first
    std::optional<std::uint64_t> total; ///< of the whole content, above last; "*" is nothing
};

/// "bytes 0-99/200" or "bytes 0-99/*". Nothing for other units, unsatisfied ranges ("bytes */200")
/// and text that breaks these rules.
std::optional<ContentRange> parse_content_range(std::string_view value);

} // namespace berth::client
