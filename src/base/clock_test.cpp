#include "base/clock.hpp"

#include <doctest/doctest.h>

#include <thread>

using namespace berth;
using namespace std::chrono_literals;

TEST_CASE("the manual clock moves only when told") {
    ManualClock clock;
    const auto before = clock.now();
    const auto wall_before = clock.wall_now();
    CHECK(clock.now() == before);
    CHECK(clock.sleep(1500ms, {}));
    CHECK(clock.now() - before == 1500ms);
    CHECK(clock.wall_now() - wall_before == 1500ms);
    clock.advance(500ms);
    CHECK(clock.now() - before == 2s);
    CHECK(clock.slept() == 1500ms);
}

TEST_CASE("a stopped sleep returns false without waiting") {
    std::stop_source stop;
    stop.request_stop();
    ManualClock manual;
    CHECK_FALSE(manual.sleep(1h, stop.get_token()));
    CHECK(manual.slept() == 0ms);
    SystemClock system;
    CHECK_FALSE(system.sleep(1h, stop.get_token()));
}

TEST_CASE("the system clock wakes when stop is requested meanwhile") {
    std::stop_source stop;
    SystemClock clock;
    std::jthread stopper([&] {
        std::this_thread::sleep_for(20ms);
        stop.request_stop();
    });
    const auto before = clock.now();
    CHECK_FALSE(clock.sleep(1h, stop.get_token()));
    CHECK(clock.now() - before < 10s);
}

TEST_CASE("the system clock sleeps to the end") {
    SystemClock clock;
    const auto before = clock.now();
    CHECK(clock.sleep(15ms, {}));
    CHECK(clock.now() - before >= 15ms);
}
