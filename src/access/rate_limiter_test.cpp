#include "access/rate_limiter.hpp"

#include "base/address.hpp"
#include "base/error.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <atomic>
#include <limits>
#include <thread>
#include <vector>

namespace berth::access {

namespace {

using namespace std::chrono_literals;

/// Seconds to wait, or 0 if it was let through.
template <class Ask>
int wait_of(Ask&& ask) {
    try {
        ask();
        return 0;
    } catch (const Error& error) {
        CHECK(error.code() == ErrorCode::too_many_requests);
        CHECK(error.retry_after_seconds() > 0);
        return error.retry_after_seconds();
    }
}

int let_through(RateLimiter& limiter, std::string_view user, std::string_view peer, int asked) {
    int passed = 0;
    for (int i = 0; i < asked; ++i)
        passed += wait_of([&] { limiter.admit(user, peer); }) == 0 ? 1 : 0;
    return passed;
}

} // namespace

TEST_CASE("a user may ask as often as the burst allows and then at the rate") {
    ManualClock clock;
    RateLimiter limiter({.user_per_second = 10, .user_burst = 25}, clock);
    CHECK(let_through(limiter, "ann", "10.0.0.1", 100) == 25);
    clock.advance(1s);
    CHECK(let_through(limiter, "ann", "10.0.0.1", 100) == 10);
    clock.advance(1h);
    CHECK(let_through(limiter, "ann", "10.0.0.1", 100) == 25);
}

TEST_CASE("without a burst one second's worth may come at once") {
    ManualClock clock;
    RateLimiter limiter({.user_per_second = 7}, clock);
    CHECK(let_through(limiter, "ann", "", 100) == 7);
}

TEST_CASE("users do not share, whatever their addresses; anonymous callers go by theirs") {
    ManualClock clock;
    RateLimiter limiter({.user_per_second = 2, .anonymous_per_second = 3}, clock);
    CHECK(let_through(limiter, "ann", "10.0.0.1", 9) == 2);
    CHECK(let_through(limiter, "bob", "10.0.0.1", 9) == 2);
    CHECK(let_through(limiter, "ann", "10.0.0.2", 9) == 0);
    CHECK(let_through(limiter, "", "10.0.0.1", 9) == 3);
    CHECK(let_through(limiter, "", "10.0.0.2", 9) == 3);
    CHECK(let_through(limiter, "10.0.0.1", "10.0.0.9", 9) == 2); // a user of that name
}

TEST_CASE("limits that change count at once, and nobody who asked lately is forgotten") {
    ManualClock clock;
    RateLimiter limiter({.user_per_second = 10}, clock);
    CHECK(let_through(limiter, "ann", "", 100) == 10);
    limiter.set_limits({.user_per_second = 1, .anonymous_per_second = 3});
    CHECK(let_through(limiter, "ann", "", 100) == 0);
    CHECK(let_through(limiter, "bob", "", 100) == 1);
    CHECK(let_through(limiter, "", "10.0.0.1", 100) == 3);
    limiter.set_limits({});
    CHECK(let_through(limiter, "ann", "", 100) == 100);
}

TEST_CASE("nothing is counted where there is no limit") {
    ManualClock clock;
    RateLimiter limiter({.failed_logins_per_minute = 0}, clock);
    CHECK(let_through(limiter, "ann", "", 10'000) == 10'000);
    CHECK(let_through(limiter, "", "10.0.0.1", 10'000) == 10'000);
    for (int i = 0; i < 1000; ++i) limiter.login_failed("10.0.0.1");
    CHECK_NOTHROW(limiter.admit_login("10.0.0.1"));
    CHECK(limiter.size() == 0);
}

TEST_CASE("after too many wrong passwords an address waits, and others do not") {
    ManualClock clock;
    RateLimiter limiter({.failed_logins_per_minute = 30}, clock);
    for (int i = 0; i < 30; ++i) {
        CHECK_NOTHROW(limiter.admit_login("10.0.0.1"));
        limiter.login_failed("10.0.0.1");
    }
    CHECK(wait_of([&] { limiter.admit_login("10.0.0.1"); }) == 2);
    CHECK_NOTHROW(limiter.admit_login("10.0.0.2"));
    clock.advance(2s);
    CHECK_NOTHROW(limiter.admit_login("10.0.0.1"));
    limiter.login_failed("10.0.0.1");
    CHECK(wait_of([&] { limiter.admit_login("10.0.0.1"); }) == 2);
    clock.advance(60s);
    CHECK_NOTHROW(limiter.admit_login("10.0.0.1"));
}

TEST_CASE("right passwords are never counted") {
    ManualClock clock;
    RateLimiter limiter({.failed_logins_per_minute = 1}, clock);
    for (int i = 0; i < 1000; ++i) CHECK_NOTHROW(limiter.admit_login("10.0.0.1"));
}

TEST_CASE("an IPv6 host is its /64, and mapped IPv4 is IPv4") {
    CHECK(address_key("2001:db8:1:2:3:4:5:6") == address_key("2001:db8:1:2::ffff"));
    CHECK(address_key("2001:db8:1:2::1") != address_key("2001:db8:1:3::1"));
    CHECK(address_key("fe80::1%eth0") == address_key("fe80::2%eth1"));
    CHECK(address_key("::ffff:10.0.0.1") == "10.0.0.1");
    CHECK(address_key("10.0.0.1") == "10.0.0.1");
    CHECK(address_key("") == "");
    CHECK(address_key("no address") == "no address");
}

TEST_CASE("a flood of addresses neither fills the memory nor frees the one that floods most") {
    ManualClock clock;
    Buckets buckets({1, 60s, 10}, clock);
    for (int i = 0; i < 10; ++i) buckets.charge("busy");
    for (int i = 0; i < 300'000; ++i) buckets.charge(fmt::format("10.{}", i));
    CHECK(buckets.size() <= Buckets::shards * Buckets::per_shard);
    CHECK(buckets.wait("busy") > 0s);
    clock.advance(1h);
    for (int i = 0; i < 100'000; ++i) buckets.charge(fmt::format("11.{}", i));
    CHECK(buckets.size() <= Buckets::shards * Buckets::per_shard);
    CHECK(buckets.wait("busy") == 0s);
}

TEST_CASE("rates at the edges are exact enough and do not overflow") {
    ManualClock clock;
    const auto most = std::numeric_limits<std::uint32_t>::max();
    Buckets fast({most, 1s, most}, clock);
    for (int i = 0; i < 1000; ++i) CHECK(fast.take("x") == 0s);
    Buckets slow({1, 1s, most}, clock);
    for (int i = 0; i < 1000; ++i) CHECK(slow.take("x") == 0s);
    Buckets one({1, 1s, 0}, clock);
    CHECK(one.take("x") == 0s);
    CHECK(one.take("x") == 1s);
    clock.advance(999ms);
    CHECK(one.take("x") == 1ms);
    clock.advance(1ms);
    CHECK(one.take("x") == 0s);
}

TEST_CASE("many threads together get what one may") {
    SystemClock clock;
    Buckets buckets({1, 3600s, 1000}, clock);
    std::atomic<int> passed = 0;
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i) {
        threads.emplace_back([&] {
            for (int k = 0; k < 1000; ++k) passed += buckets.take("x") == 0s ? 1 : 0;
        });
    }
    threads.clear();
    CHECK(passed == 1000);
}

} // namespace berth::access
