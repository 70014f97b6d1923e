// Points in time as AWS writes them.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace berth::aws {

/// "2025-11-27T12:00:00Z", fractions of a second allowed and dropped. Nothing for other text.
std::optional<std::chrono::system_clock::time_point> parse_iso_time(std::string_view text);

/// "Thu, 27 Nov 2025 12:00:00 GMT", as in the Date field. Nothing for other text.
std::optional<std::chrono::system_clock::time_point> parse_http_date(std::string_view text);

} // namespace berth::aws
