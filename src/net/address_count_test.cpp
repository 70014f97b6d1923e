#include "net/address_count.hpp"

#include <doctest/doctest.h>

using namespace berth::net;

TEST_CASE("an address has so many places and no more, whatever others have") {
    AddressCount count(2);
    auto first = count.enter("192.0.2.1");
    auto second = count.enter("::ffff:192.0.2.1");
    REQUIRE(first.has_value());
    REQUIRE(second.has_value());
    CHECK_FALSE(count.enter("192.0.2.1").has_value());
    CHECK(count.enter("192.0.2.2").has_value());
    first.reset();
    CHECK(count.enter("192.0.2.1").has_value());
}

TEST_CASE("an IPv6 host cannot multiply itself within its network") {
    AddressCount count(1);
    const auto place = count.enter("2001:db8::1");
    CHECK_FALSE(count.enter("2001:db8::ffff:2").has_value());
    CHECK(count.enter("2001:db8:0:1::1").has_value());
}

TEST_CASE("addresses without a connection are forgotten") {
    AddressCount count(1);
    {
        const auto place = count.enter("192.0.2.1");
        CHECK_FALSE(count.enter("192.0.2.1").has_value());
        CHECK(count.size() == 1);
    }
    CHECK(count.size() == 0);
}
