#include "access/rate_limiter.hpp"

#include "base/address.hpp"
#include "base/error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <iterator>
#include <vector>

namespace berth::access {

namespace {

using std::chrono::seconds;

constexpr auto second = std::chrono::duration_cast<Rate::Duration>(seconds(1));
constexpr auto minute = std::chrono::duration_cast<Rate::Duration>(seconds(60));

void require_none(Rate::Duration wait, std::string_view what) {
    if (wait == Rate::Duration::zero()) return;
    const auto in = static_cast<int>(std::chrono::ceil<seconds>(wait).count());
    throw Error(ErrorCode::too_many_requests, fmt::format("too many {}", what))
        .set_hint(fmt::format("try again in {} s", in))
        .set_retry_after(in);
}

} // namespace

Rate::Rate(std::uint32_t count, Duration period, std::uint32_t burst) {
    if (count == 0) return;
    interval_ = std::max(period / count, Duration(1));
    tolerance_ = interval_ * ((burst == 0 ? count : burst) - 1);
}

Rate::Duration Rate::wait(Time full_at, Time now) const {
    return std::max(full_at - now - tolerance_, Duration::zero());
}

Rate Buckets::rate() const {
    Rate rate;
    rate.interval_ = Rate::Duration(interval_);
    rate.tolerance_ = Rate::Duration(tolerance_);
    return rate;
}

Synchronized<Buckets::Shard>& Buckets::shard_of(const std::string& key) {
    return shards_[std::hash<std::string>()(key) % shards];
}

void Buckets::make_room(Shard& shard, Rate::Time now) {
    std::erase_if(shard, [&](const auto& bucket) { return bucket.second <= now; });
    // Half at a time, so that a flood of new identities costs each of them a constant.
    if (shard.size() <= per_shard / 2) return;
    std::vector<Rate::Time> times;
    times.reserve(shard.size());
    std::transform(shard.begin(), shard.end(), std::back_inserter(times),
                   [](const auto& bucket) { return bucket.second; });
    const auto middle = times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2);
    std::nth_element(times.begin(), middle, times.end());
    std::erase_if(shard, [&](const auto& bucket) { return bucket.second <= *middle; });
}

Rate::Time Buckets::spend(Shard& shard, const std::string& key, Rate::Time full_at,
                          Rate::Time now) {
    if (shard.size() >= per_shard && !shard.contains(key)) make_room(shard, now);
    return shard[key] = std::max(full_at, now) + rate().interval();
}

namespace {

template <class Shard>
Rate::Time full_at(const Shard& shard, const std::string& key, Rate::Time now) {
    const auto found = shard.find(key);
    return found == shard.end() ? now : found->second;
}

} // namespace

Rate::Duration Buckets::wait(const std::string& key) {
    const auto now = clock_.now();
    return shard_of(key).with(
        [&](Shard& shard) { return rate().wait(full_at(shard, key, now), now); });
}

Rate::Duration Buckets::take(const std::string& key) {
    const auto now = clock_.now();
    return shard_of(key).with([&](Shard& shard) {
        const auto full = full_at(shard, key, now);
        const auto wait = rate().wait(full, now);
        if (wait == Rate::Duration::zero()) spend(shard, key, full, now);
        return wait;
    });
}

void Buckets::charge(const std::string& key) {
    const auto now = clock_.now();
    shard_of(key).with([&](Shard& shard) { spend(shard, key, full_at(shard, key, now), now); });
}

std::size_t Buckets::size() {
    std::size_t sum = 0;
    for (auto& shard : shards_) sum += shard.with([](const Shard& held) { return held.size(); });
    return sum;
}

namespace {

Rate user_rate(const RateLimits& limits) {
    return {limits.user_per_second, second, limits.user_burst};
}

Rate anonymous_rate(const RateLimits& limits) {
    return {limits.anonymous_per_second, second, limits.anonymous_burst};
}

Rate failed_login_rate(const RateLimits& limits) {
    return {limits.failed_logins_per_minute, minute, 0};
}

} // namespace

RateLimiter::RateLimiter(const RateLimits& limits, Clock& clock)
    : users_(user_rate(limits), clock),
      anonymous_(anonymous_rate(limits), clock),
      failed_logins_(failed_login_rate(limits), clock),
      lockout_(limits.lockout_after, clock) {}

void RateLimiter::set_limits(const RateLimits& limits) {
    users_.set_rate(user_rate(limits));
    anonymous_.set_rate(anonymous_rate(limits));
    failed_logins_.set_rate(failed_login_rate(limits));
}

void RateLimiter::admit(std::string_view user, std::string_view peer) {
    if (!user.empty()) {
        if (!users_.unlimited())
            require_none(users_.take(std::string(user)), fmt::format("requests by user {}", user));
        return;
    }
    if (!anonymous_.unlimited())
        require_none(anonymous_.take(address_key(peer)), "requests without a login");
}

void RateLimiter::admit_login(std::string_view peer, std::string_view name) {
    const auto address = address_key(peer);
    if (!failed_logins_.unlimited())
        require_none(failed_logins_.wait(address), "wrong passwords from this address");
    if (!name.empty()) require_none(lockout_.wait(name, address), "wrong passwords for this user");
}

void RateLimiter::login_failed(std::string_view peer, std::string_view name) {
    const auto address = address_key(peer);
    if (!failed_logins_.unlimited()) failed_logins_.charge(address);
    if (!name.empty()) lockout_.failed(name, address);
}

void RateLimiter::login_succeeded(std::string_view peer, std::string_view name) {
    lockout_.succeeded(name, address_key(peer));
}

std::size_t RateLimiter::size() {
    return users_.size() + anonymous_.size() + failed_logins_.size() + lockout_.size();
}

} // namespace berth::access
