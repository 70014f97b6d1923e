#include "net/forwarded.hpp"

#include <doctest/doctest.h>

namespace berth::net {
namespace {

std::vector<AddressRange> ranges(std::initializer_list<std::string_view> texts) {
    std::vector<AddressRange> all;
    for (const auto text : texts) all.push_back(AddressRange::parse(text).value());
    return all;
}

std::string client(const std::string& peer, std::initializer_list<std::string> fields) {
    Headers headers;
    for (const auto& field : fields) headers.add("X-Forwarded-For", field);
    return forwarded(peer, false, headers, ranges({"10.0.0.0/8", "fd00::/8"})).client;
}

} // namespace

TEST_CASE("a range holds the addresses that begin as it does") {
    const auto check = [](std::string_view range, std::string_view address) {
        return AddressRange::parse(range).value().contains(address);
    };
    CHECK(check("10.0.0.0/8", "10.255.0.1"));
    CHECK(check("10.0.0.0/8", "::ffff:10.1.2.3"));
    CHECK_FALSE(check("10.0.0.0/8", "11.0.0.1"));
    CHECK(check("192.0.2.7", "192.0.2.7"));
    CHECK_FALSE(check("192.0.2.7", "192.0.2.8"));
    CHECK(check("192.0.2.128/25", "192.0.2.129"));
    CHECK_FALSE(check("192.0.2.128/25", "192.0.2.127"));
    CHECK(check("0.0.0.0/0", "203.0.113.9"));
    CHECK_FALSE(check("0.0.0.0/0", "2001:db8::1"));
    CHECK(check("::/0", "192.0.2.1"));
    CHECK(check("fe80::/10", "fe80::1%2"));
    CHECK_FALSE(check("::/0", "nobody"));
}

TEST_CASE("what is no range is refused") {
    for (const char* text : {"", "/", "/8", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0/8",
                             "::/129", "example.org", "10.0.0.0/8/8", "fe80::1%2", " 10.0.0.1"}) {
        CAPTURE(std::string(text));
        CHECK(AddressRange::parse(text).has_error());
    }
}

TEST_CASE("only a trusted peer speaks for others") {
    CHECK(client("192.0.2.1", {"203.0.113.9"}) == "192.0.2.1");
    CHECK(client("10.0.0.1", {"203.0.113.9"}) == "203.0.113.9");
    CHECK(client("10.0.0.1", {}) == "10.0.0.1");
    CHECK(client("fd00::1", {"2001:db8::9"}) == "2001:db8::9");
}

TEST_CASE("the client is the last address that no trusted proxy has") {
    CHECK(client("10.0.0.1", {"1.2.3.4, 203.0.113.9, 10.0.0.2"}) == "203.0.113.9");
    CHECK(client("10.0.0.1", {"1.2.3.4", "203.0.113.9", "10.0.0.2"}) == "203.0.113.9");
    CHECK(client("10.0.0.1", {"10.0.0.3, 10.0.0.2"}) == "10.0.0.3");
}

TEST_CASE("ports, brackets and IPv4 within IPv6 do not hide an address") {
    CHECK(client("10.0.0.1", {"203.0.113.9:4711"}) == "203.0.113.9");
    CHECK(client("10.0.0.1", {"[2001:db8::9]:4711"}) == "2001:db8::9");
    CHECK(client("10.0.0.1", {"[2001:db8::9]"}) == "2001:db8::9");
    CHECK(client("10.0.0.1", {"::ffff:203.0.113.9"}) == "203.0.113.9");
}

TEST_CASE("what is malformed ends the list") {
    CHECK(client("10.0.0.1", {"203.0.113.9, unknown, 10.0.0.2"}) == "10.0.0.2");
    CHECK(client("10.0.0.1", {"unknown"}) == "10.0.0.1");
    CHECK(client("10.0.0.1", {"203.0.113.9,"}) == "10.0.0.1");
    CHECK(client("10.0.0.1", {"["}) == "10.0.0.1");
}

TEST_CASE("a trusted proxy says whether its client speaks TLS") {
    Headers headers;
    headers.add("X-Forwarded-Proto", "https");
    CHECK(forwarded("10.0.0.1", false, headers, ranges({"10.0.0.1"})).tls);
    CHECK_FALSE(forwarded("10.0.0.2", false, headers, ranges({"10.0.0.1"})).tls);
    headers.set("X-Forwarded-Proto", "http");
    CHECK_FALSE(forwarded("10.0.0.1", true, headers, ranges({"10.0.0.1"})).tls);
}

} // namespace berth::net
