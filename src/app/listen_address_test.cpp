#include "app/listen_address.hpp"

#include <doctest/doctest.h>

using berth::app::ListenAddress;

TEST_CASE("an address to listen at is a host and a port") {
    const auto plain = ListenAddress::parse("127.0.0.1:8080").value();
    CHECK(plain.host == "127.0.0.1");
    CHECK(plain.port == 8080);
    CHECK(plain.url(false, 8080) == "http://127.0.0.1:8080/");
    const auto six = ListenAddress::parse("[::1]:0").value();
    CHECK(six.host == "::1");
    CHECK(six.url(true, 443) == "https://[::1]:443/");
    const auto any = ListenAddress::parse(":80").value();
    CHECK(any.host.empty());
    CHECK(any.url(false, 80) == "http://localhost:80/");
}

TEST_CASE("what is no address is refused") {
    for (const auto* text : {"", "8080", "host", "host:", "host:x", "::1:80", "h:65536", "h:-1"}) {
        CAPTURE(text);
        CHECK(ListenAddress::parse(text).has_error());
    }
}
