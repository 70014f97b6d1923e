// DateTime: RFC 3339, as clients write times.
#pragma once

#include "base/result.hpp"

#include <chrono>
#include <string_view>

namespace berth {

/// "2026-11-27T16:43:16.123+01:00": years 1 to 9999, any number of decimals of which three count,
/// "T" and "Z" in either case. Error usage for anything else.
Result<std::chrono::system_clock::time_point> parse_date_time(std::string_view text);

} // namespace berth
