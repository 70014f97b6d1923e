#include "net/response_head.hpp"

#include "base/error.hpp"

#include <doctest/doctest.h>

#include <initializer_list>

using namespace berth;
using namespace berth::net;

namespace {

ErrorCode refusal(std::initializer_list<std::string_view> lines) {
    ResponseHead head;
    try {
        for (const std::string_view line : lines) head.line(line);
    } catch (const Error& error) {
        return error.code();
    }
    return ErrorCode::internal;
}

} // namespace

TEST_CASE("a head is complete at its blank line") {
    ResponseHead head;
    head.line("HTTP/1.1 200 OK\r\n");
    head.line("Content-Length:  5 \r\n");
    head.line("X-Empty:\n");
    CHECK_FALSE(head.complete());
    head.line("\r\n");
    REQUIRE(head.complete());
    CHECK(head.status() == 200);
    CHECK(head.headers().find("content-length") == "5");
    CHECK(head.headers().find("x-empty") == "");
    head.line("X-Trailer: late\r\n");
    CHECK_FALSE(head.headers().find("X-Trailer").has_value());
}

TEST_CASE("interim responses are skipped") {
    ResponseHead head;
    for (const char* line : {"HTTP/1.1 100 Continue\r\n", "X: interim\r\n", "\r\n"})
        head.line(line);
    CHECK_FALSE(head.complete());
    for (const char* line : {"HTTP/1.1 404\r\n", "\r\n"}) head.line(line);
    CHECK(head.status() == 404);
    CHECK(head.headers().fields().empty());
}

TEST_CASE("malformed heads are refused") {
    CHECK(refusal({"ICY 200 OK\r\n"}) == ErrorCode::response_invalid);
    CHECK(refusal({"HTTP/1.1 20 OK\r\n"}) == ErrorCode::response_invalid);
    CHECK(refusal({"HTTP/1.1 2000 OK\r\n"}) == ErrorCode::response_invalid);
    CHECK(refusal({"HTTP/1.1 099 OK\r\n"}) == ErrorCode::response_invalid);
    CHECK(refusal({"HTTP/1.1 101 Switching\r\n", "\r\n"}) == ErrorCode::response_invalid);
    CHECK(refusal({"HTTP/1.1 200 OK\r\n", "no colon\r\n"}) == ErrorCode::response_invalid);
    CHECK(refusal({"HTTP/1.1 200 OK\r\n", "A: b\r\n", " folded\r\n"}) ==
          ErrorCode::response_invalid);
    CHECK(refusal({"HTTP/1.1 200 OK\r\n", "Bad Name: x\r\n"}) == ErrorCode::response_invalid);
    CHECK(refusal({"HTTP/1.1 200 OK\r\n", "A: x\x01y\r\n"}) == ErrorCode::response_invalid);
    CHECK(refusal({"HTTP/1.1 200 OK\r\n", "Content-Length: 1\r\n", "Content-Length: 2\r\n",
                   "\r\n"}) == ErrorCode::response_invalid);
    CHECK(refusal({"HTTP/1.1 200 OK\r\n", "Content-Length: -1\r\n", "\r\n"}) ==
          ErrorCode::response_invalid);
}

TEST_CASE("the head's size, its fields and a flood of interim heads are bounded") {
    ResponseHead large;
    large.line("HTTP/1.1 200 OK\r\n");
    CHECK_THROWS_AS(large.line("A: " + std::string(max_head_bytes, 'x') + "\r\n"), Error);

    ResponseHead many;
    many.line("HTTP/1.1 200 OK\r\n");
    for (std::size_t i = 0; i < max_head_fields; ++i) many.line("A: b\r\n");
    CHECK_THROWS_AS(many.line("A: b\r\n"), Error);

    ResponseHead flood;
    CHECK_THROWS_AS(
        for (int i = 0; i < 10'000; ++i) {
            flood.line("HTTP/1.1 100 Continue\r\n");
            flood.line("\r\n");
        },
        Error);
}
