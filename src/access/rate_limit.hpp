// RateLimits: how often one identity may ask. An identity is a user's name, or for anonymous
// callers the peer's address (an IPv6 one by its /64).
#pragma once

#include <cstdint>

namespace berth::access {

/// Token buckets. 0 is without limit.
struct RateLimits {
    std::uint32_t user_per_second = 0;
    std::uint32_t user_burst = 0; ///< 0: as many as in one second
    std::uint32_t anonymous_per_second = 0;
    std::uint32_t anonymous_burst = 0;
    /// Wrong passwords per minute from one address, before even right ones are answered 429.
    std::uint32_t failed_logins_per_minute = 30;
    /// Wrong passwords of one user in a row before each further one costs twice the wait.
    std::uint32_t lockout_after = 10;
};

} // namespace berth::access
