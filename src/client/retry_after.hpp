// Retry-After: how long a server asks us to wait (RFC 9110 section 10.2.3).
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace berth::client {

/// Seconds from `now`, of either form: a number, or a date like "Fri, 31 Dec 1999 23:59:59 GMT"
/// (a past one is 0). At most a day. Nothing for other text.
std::optional<int> parse_retry_after(std::string_view value,
                                     std::chrono::system_clock::time_point now);

} // namespace berth::client
