// RateLimiter: counts how often each identity asks, and says no in time.
//
// Every identity has a bucket of tokens that fills at a steady rate; a request takes one. A bucket
// is one number, the time at which it will be full again, so a full bucket need not be kept at all:
// memory holds only who asked lately, and is bounded whoever asks.
#pragma once

#include "access/lockout.hpp"
#include "access/rate_limit.hpp"
#include "base/clock.hpp"
#include "base/synchronized.hpp"

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace berth::access {

/// One kind of bucket: how fast it fills and how much it holds.
class Rate {
public:
    using Time = std::chrono::steady_clock::time_point;
    using Duration = std::chrono::steady_clock::duration;

    /// Without limit.
    Rate() = default;
    /// `count` per `period`, of which `burst` may come at once; 0 for `count` is without limit.
    Rate(std::uint32_t count, Duration period, std::uint32_t burst);

    bool unlimited() const { return interval_ == Duration::zero(); }
    Duration interval() const { return interval_; }
    /// How long a bucket that is full again at `full_at` has no token; zero if it has one.
    Duration wait(Time full_at, Time now) const;

private:
    friend class Buckets;
    Duration interval_{};  ///< in which one token comes
    Duration tolerance_{}; ///< how far ahead of `now` a bucket with a token may lie
};

/// The buckets of one kind. At most `shards * per_shard` of them are kept: when a shard is full,
/// those that are full again go first (nothing is lost by that), then those that soonest will be.
/// Any thread.
class Buckets {
public:
    static constexpr std::size_t shards = 16;
    static constexpr std::size_t per_shard = 4096;

    Buckets(Rate rate, Clock& clock) : clock_(clock) { set_rate(rate); }

    /// The rate from now on. Buckets keep the time at which they are full again.
    void set_rate(Rate rate) {
        interval_ = rate.interval_.count();
        tolerance_ = rate.tolerance_.count();
    }
    bool unlimited() const { return rate().unlimited(); }
    /// How long until there is a token: zero if there is one now. Takes none.
    Rate::Duration wait(const std::string& key);
    /// Takes a token if there is one, and returns zero; else how long until there is.
    Rate::Duration take(const std::string& key);
    /// Takes a token, also where there is none.
    void charge(const std::string& key);
    /// Buckets in memory.
    std::size_t size();

private:
    using Shard = std::unordered_map<std::string, Rate::Time>;
    Synchronized<Shard>& shard_of(const std::string& key);
    Rate rate() const;
    static void make_room(Shard& shard, Rate::Time now);
    Rate::Time spend(Shard& shard, const std::string& key, Rate::Time full_at, Rate::Time now);

    // Those of the rate. One that changes between two reads is nobody's harm.
    std::atomic<Rate::Duration::rep> interval_{0};
    std::atomic<Rate::Duration::rep> tolerance_{0};
    Clock& clock_;
    std::array<Synchronized<Shard>, shards> shards_;
};

/// The registry's limits. Any thread. What is refused is Error too_many_requests that says in how
/// many seconds to ask again.
class RateLimiter {
public:
    RateLimiter(const RateLimits& limits, Clock& clock);

    /// The limits from now on; who asked lately is not forgotten.
    void set_limits(const RateLimits& limits);

    /// One request of `user`, or of an anonymous caller (`user` is "") at address `peer`.
    void admit(std::string_view user, std::string_view peer);
    /// Before a password from `peer` is looked at: refused, right or wrong, while too many of its
    /// passwords were wrong, or too many of those of `name` (see Lockout); "" for no name.
    void admit_login(std::string_view peer, std::string_view name = {});
    /// A password of `name` from `peer` was wrong.
    void login_failed(std::string_view peer, std::string_view name = {});
    void login_succeeded(std::string_view peer, std::string_view name);

    /// Buckets in memory, for metrics.
    std::size_t size();

private:
    Buckets users_;
    Buckets anonymous_;
    Buckets failed_logins_;
    Lockout lockout_;
};

} // namespace berth::access
