// Ranges of blobs, and addresses' parameters: small parsers in tables.
#include "server/ranges.hpp"

#include "net/query.hpp"
#include "server/distribution_fixture.hpp"

namespace berth::server {

namespace {

struct RangeCase {
    const char* field;
    std::uint64_t size;
    int status;
    std::uint64_t first;
    std::uint64_t length;
};

} // namespace

TEST_CASE("ranges by RFC 9110") {
    const std::vector<RangeCase> cases{
        {"bytes=0-0", 10, 206, 0, 1},
        {"bytes=0-9", 10, 206, 0, 10},
        {"bytes=0-10", 10, 206, 0, 10},
        {"bytes=0-9223372036854775807", 10, 206, 0, 10},
        {"bytes=5-", 10, 206, 5, 5},
        {"bytes=9-", 10, 206, 9, 1},
        {"bytes=-1", 10, 206, 9, 1},
        {"bytes=-10", 10, 206, 0, 10},
        {"bytes=-99", 10, 206, 0, 10},
        {"bytes= 0-1 ", 10, 206, 0, 2},
        {"bytes=10-", 10, 416, 0, 0},
        {"bytes=10-20", 10, 416, 0, 0},
        {"bytes=9223372036854775807-", 10, 416, 0, 0},
        {"bytes=9223372036854775808-", 10, 416, 0, 0},
        {"bytes=18446744073709551616-", 10, 416, 0, 0},
        {"bytes=5-4", 10, 416, 0, 0},
        {"bytes=-0", 10, 416, 0, 0},
        {"bytes=-", 10, 416, 0, 0},
        {"bytes=", 10, 416, 0, 0},
        {"bytes=x-y", 10, 416, 0, 0},
        {"bytes=+1-2", 10, 416, 0, 0},
        {"bytes=1-2x", 10, 416, 0, 0},
        {"bytes=--1", 10, 416, 0, 0},
        {"bytes=0-0", 0, 416, 0, 0},
        {"bytes=-1", 0, 416, 0, 0},
        {"bytes=0-1,3-4", 10, 200, 0, 0},
        {"items=0-1", 10, 200, 0, 0},
        {"BYTES=0-1", 10, 200, 0, 0},
        {"0-1", 10, 200, 0, 0},
        {"", 10, 200, 0, 0},
    };
    for (const auto& each : cases) {
        CAPTURE(each.field);
        net::Request request;
        request.headers.add("Range", each.field);
        if (each.status == 416) {
            CHECK_THROWS_AS(wanted_range(request, each.size, "\"tag\""), Error);
            continue;
        }
        const auto range = wanted_range(request, each.size, "\"tag\"");
        CHECK(range.has_value() == (each.status == 206));
        if (!range) continue;
        CHECK(range->first == each.first);
        CHECK(range->length == each.length);
    }
}

TEST_CASE_FIXTURE(DistributionFixture, "parts of a blob are sent with where they are from") {
    const auto target = "/v2/team/app/blobs/" + push_blob("team/app", "0123456789");
    const auto get = [&](Fields fields) { return send("GET", target, fields); };
    const auto part = get({{"Authorization", admin}, {"Range", "bytes=2-4"}});
    CHECK(part.status == 206);
    CHECK(part.body == "234");
    CHECK(part.header("Content-Range") == "bytes 2-4/10");
    const auto beyond = get({{"Authorization", admin}, {"Range", "bytes=10-"}});
    CHECK(beyond.status == 416);
    CHECK(beyond.header("Content-Range") == "bytes */10");
    CHECK(beyond.code() == "RANGE_INVALID");
    const auto tag = get({{"Authorization", admin}}).header("ETag");
    const auto same = get({{"Authorization", admin}, {"Range", "bytes=2-4"}, {"If-Range", tag}});
    CHECK(same.status == 206);
    const auto other =
        get({{"Authorization", admin}, {"Range", "bytes=2-4"}, {"If-Range", "\"other\""}});
    CHECK(other.status == 200);
    CHECK(other.body == "0123456789");
    const auto known =
        get({{"Authorization", admin}, {"Range", "bytes=2-4"}, {"If-None-Match", tag}});
    CHECK(known.status == 304);
    const auto head = send("HEAD", target, {{"Authorization", admin}, {"Range", "bytes=2-4"}});
    CHECK(head.status == 200);
    CHECK(head.header("Content-Length") == "10");
}

TEST_CASE("parameters are decoded, and malformed ones refused") {
    const net::Query query("a=1&b=x+y%20z&a=2&c&=d&&e==f&g=%26%3d&h=%00");
    CHECK(query.find("a") == "1");
    CHECK(query.all("a") == std::vector<std::string>{"1", "2"});
    CHECK(query.find("b") == "x y z");
    CHECK(query.find("c") == "");
    CHECK(query.find("") == "d");
    CHECK(query.find("e") == "=f");
    CHECK(query.find("g") == "&=");
    CHECK(query.find("h") == std::string(1, '\0'));
    CHECK_FALSE(query.find("z"));
    CHECK(query.page_size("a", 10) == 1);
    CHECK(query.page_size("z", 10) == 10);
    for (const auto* text : {"a=%", "a=%1", "a=%g0", "%=1", "a=1&b=%zz", "a=%%41"})
        CHECK_THROWS_AS(net::Query{text}, Error);
    CHECK(net::percent_decode("a+b", false) == "a+b");
    CHECK(net::percent_decode("%41%42", false) == "AB");
}

} // namespace berth::server
