#include "net/drip_meter.hpp"

#include <doctest/doctest.h>

using namespace berth::net;
using namespace std::chrono_literals;

TEST_CASE("each KiB gives all patience back, less than one gives nothing") {
    DripMeter meter(30s);
    for (int i = 0; i < 1000; ++i) {
        meter.waited(29s);
        CHECK_FALSE(meter.expired());
        meter.moved(DripMeter::least);
        CHECK(meter.left() == 30s);
    }
    for (int i = 0; i < 30; ++i) {
        meter.moved(1);
        meter.waited(1s);
    }
    CHECK(meter.expired());
}

TEST_CASE("a transfer may stand still, but not again and again") {
    DripMeter meter(30s, 1s);
    meter.waited(29s);
    meter.moved(1 << 20);
    CHECK(meter.left() == 30s);
    int kib = 0;
    for (; !meter.expired(); ++kib) {
        meter.moved(DripMeter::least);
        meter.waited(10s);
    }
    CHECK(kib == 4);
    DripMeter steady(30s, 1s);
    for (int i = 0; i < 100'000; ++i) {
        steady.waited(1s);
        steady.moved(DripMeter::least);
    }
    CHECK_FALSE(steady.expired());
}

TEST_CASE("what is worth nothing buys no time, and what is huge does not overflow") {
    DripMeter meter(100ms, 0ms);
    meter.moved(std::size_t{1} << 40);
    meter.waited(100ms);
    CHECK(meter.expired());
    DripMeter generous(1h); // the most that can be configured
    generous.waited(59min);
    generous.moved(~std::size_t{0});
    CHECK(generous.left() == 1h);
}
