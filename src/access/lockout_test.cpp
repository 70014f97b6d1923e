#include "access/lockout.hpp"

#include "access/rate_limiter.hpp"
#include "base/error.hpp"

#include <doctest/doctest.h>

using namespace berth;
using namespace berth::access;
using namespace std::chrono_literals;

namespace {

void fail(Lockout& lockout, std::string_view name, std::string_view address, int times) {
    for (int i = 0; i < times; ++i) lockout.failed(name, address);
}

} // namespace

TEST_CASE(
    "a name whose passwords are wrong waits twice as long each time, and at most five minutes") {
    ManualClock clock;
    Lockout lockout(3, clock);
    fail(lockout, "ann", "a", 2);
    CHECK(lockout.wait("ann", "a") == 0s);
    for (const auto wait : {1s, 2s, 4s, 8s}) {
        fail(lockout, "ann", "a", 1);
        CHECK(lockout.wait("ann", "a") == wait);
    }
    CHECK(lockout.wait("ann", "b") == 8s); // wherever they guess from
    CHECK(lockout.wait("bo", "a") == 0s);
    clock.advance(8s);
    CHECK(lockout.wait("ann", "a") == 0s);
    fail(lockout, "ann", "a", 100);
    CHECK(lockout.wait("ann", "a") == Lockout::longest_wait);
    clock.advance(1h);
    fail(lockout, "ann", "a", 2);
    CHECK(lockout.wait("ann", "a") == 0s);
}

TEST_CASE("who logged in from an address is not locked out there by others") {
    ManualClock clock;
    Lockout lockout(3, clock);
    lockout.succeeded("ann", "home");
    fail(lockout, "ann", "evil", 10);
    CHECK(lockout.wait("ann", "evil") > 0s);
    CHECK(lockout.wait("ann", "home") == 0s);
    fail(lockout, "ann", "home", 3);
    CHECK(lockout.wait("ann", "home") == 1s);
    clock.advance(1s);
    lockout.succeeded("ann", "home");
    CHECK(lockout.wait("ann", "home") == 0s);
    CHECK(lockout.wait("ann", "evil") > 0s); // a login elsewhere does not help those who guess
}

TEST_CASE("a flood of names takes no more memory than some, and 0 is never") {
    ManualClock clock;
    Lockout lockout(1, clock);
    for (std::size_t i = 0; i < 2 * Lockout::most; ++i) {
        clock.advance(1ms);
        lockout.failed(std::to_string(i), "a");
    }
    CHECK(lockout.size() <= Lockout::most);
    CHECK(lockout.wait(std::to_string(2 * Lockout::most - 1), "a") > 0s);
    Lockout never(0, clock);
    fail(never, "ann", "a", 100);
    never.succeeded("ann", "a");
    CHECK(never.wait("ann", "a") == 0s);
    CHECK(never.size() == 0);
}

TEST_CASE(
    "the limiter refuses a user who is being guessed, from every address, and says how long") {
    ManualClock clock;
    RateLimiter limiter({.failed_logins_per_minute = 0, .lockout_after = 2}, clock);
    limiter.login_failed("192.0.2.1", "ann");
    limiter.admit_login("192.0.2.1", "ann");
    limiter.login_failed("192.0.2.2", "ann");
    try {
        limiter.admit_login("192.0.2.3", "ann");
        FAIL("admitted");
    } catch (const Error& error) {
        CHECK(error.code() == ErrorCode::too_many_requests);
        CHECK(error.retry_after_seconds() == 1);
    }
    limiter.admit_login("192.0.2.3", "bo");
    limiter.admit_login("192.0.2.3");
    clock.advance(1s);
    limiter.admit_login("192.0.2.3", "ann");
}
