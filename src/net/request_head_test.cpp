#include "net/request_head.hpp"

#include <doctest/doctest.h>

using namespace berth::net;

namespace {

RequestHead accepted(const std::string& text) {
    auto parsed = parse_request_head(text);
    REQUIRE(std::holds_alternative<RequestHead>(parsed));
    return std::get<RequestHead>(parsed);
}

/// The status for a head with these lines, 0 if it is accepted.
int refusal(const std::string& fields, const std::string& line = "GET / HTTP/1.1") {
    const auto parsed = parse_request_head(line + "\r\n" + fields + "\r\n");
    const auto* refused = std::get_if<HeadRefusal>(&parsed);
    return refused == nullptr ? 0 : refused->status;
}

} // namespace

TEST_CASE("a request head is taken apart") {
    const RequestHead head = accepted(
        "PATCH /v2/a%2Fb/blobs/uploads/1?_state=x&y HTTP/1.1\r\nHost: r.example:5000\r\n"
        "Content-Length: 42\r\nX-A: 1\r\nx-a: 2\r\n\r\n");
    CHECK(head.method == "PATCH");
    CHECK(head.path == "/v2/a%2Fb/blobs/uploads/1");
    CHECK(head.query == "_state=x&y");
    CHECK(head.content_length == 42);
    CHECK(head.has_body());
    CHECK(head.keep_alive);
    CHECK(head.headers.all("X-A") == std::vector<std::string_view>{"1", "2"});
}

TEST_CASE("a URL is a target too, and its host counts") {
    const RequestHead head =
        accepted("GET HTTP://r.example:5000/v2/?n=1 HTTP/1.1\r\nHost: h\r\n\r\n");
    CHECK(head.path == "/v2/");
    CHECK(head.query == "n=1");
    CHECK(head.headers.all("Host") == std::vector<std::string_view>{"r.example:5000"});
    CHECK(accepted("GET https://h HTTP/1.1\r\nHost: h\r\n\r\n").path == "/");
    CHECK(accepted("GET http://h?a HTTP/1.1\r\nHost: h\r\n\r\n").query == "a");
    CHECK(refusal("", "GET http://h/ HTTP/1.1") == 400); // Host has to be there all the same
}

TEST_CASE("whether the connection stays open follows version and Connection") {
    CHECK_FALSE(accepted("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n").keep_alive);
    CHECK_FALSE(accepted("GET / HTTP/1.0\r\n\r\n").keep_alive);
    CHECK(accepted("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").keep_alive);
}

TEST_CASE("a chunked body and an expectation are seen") {
    const RequestHead head = accepted(
        "PUT / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: Chunked\r\nExpect: 100-Continue\r\n\r\n");
    CHECK(head.chunked);
    CHECK(head.expects_continue);
    CHECK_FALSE(
        accepted("GET / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\n\r\n").expects_continue);
}

TEST_CASE("a body whose length could be read in two ways is refused") {
    for (const char* fields :
         {"Content-Length: 1\r\nTransfer-Encoding: chunked\r\n",
          "Transfer-Encoding: chunked\r\nContent-Length: 1\r\n",
          "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
          "Content-Length: 1\r\nContent-Length: 1\r\n",
          "Content-Length: 1\r\nContent-Length: 2\r\n", "Content-Length: 1, 1\r\n",
          "Content-Length: +1\r\n", "Content-Length: -1\r\n", "Content-Length: 0x1\r\n",
          "Content-Length: 1 1\r\n", "Content-Length:\r\n",
          "Content-Length: 99999999999999999999\r\n", "Content-Length : 1\r\n",
          "Transfer-Encoding : chunked\r\n", " Transfer-Encoding: chunked\r\n",
          "A: b\r\n Transfer-Encoding: chunked\r\n"}) {
        CAPTURE(std::string(fields));
        CHECK(refusal(std::string("Host: h\r\n") + fields) == 400);
    }
    for (const char* coding :
         {"gzip, chunked", "gzip", "identity", "chunked, identity", "x chunked", "chunked;q=1"}) {
        CAPTURE(std::string(coding));
        const int status = refusal(std::string("Host: h\r\nTransfer-Encoding: ") + coding + "\r\n");
        CHECK((status == 501 || status == 400));
    }
    CHECK(refusal("Transfer-Encoding: chunked\r\n", "PUT / HTTP/1.0") == 400);
}

TEST_CASE("Host is there once and is a host") {
    CHECK(refusal("Host: [::1]:80\r\n") == 0);
    CHECK(refusal("") == 400);
    CHECK(refusal("", "GET / HTTP/1.0") == 0);
    CHECK(refusal("Host: a\r\nHost: a\r\n") == 400);
    CHECK(refusal("Host: a b\r\n") == 400);
    CHECK(refusal("Host: a/b\r\n") == 400);
    CHECK(refusal("Host: u@a\r\n") == 400);
}

TEST_CASE("only a path is a target") {
    for (const char* line :
         {"GET http:///a HTTP/1.1", "GET http://u@h/ HTTP/1.1", "GET http://h/#x HTTP/1.1",
          "GET ftp://h/ HTTP/1.1", "GET http:/h HTTP/1.1", "CONNECT h:80 HTTP/1.1",
          "OPTIONS * HTTP/1.1", "GET  / HTTP/1.1", "GET / x HTTP/1.1", "GET /#x HTTP/1.1",
          "GET /\x80 HTTP/1.1", "GET /\x01 HTTP/1.1", "GET HTTP/1.1", "GET /", "G(T / HTTP/1.1",
          " GET / HTTP/1.1", "GET / http/1.1", "GET / HTTP/1.1 "}) {
        CAPTURE(std::string(line));
        const int status = refusal("Host: h\r\n", line);
        CHECK((status == 400 || status == 505));
    }
    CHECK(refusal("Host: h\r\n", "GET //x?/..?&=%zz HTTP/1.1") == 0);
    CHECK(refusal("Host: h\r\n", "GET / HTTP/2.0") == 505);
    CHECK(refusal("Host: h\r\n", "GET / HTTP/1.2") == 505);
}

TEST_CASE("sizes are bounded") {
    CHECK(refusal("Host: h\r\n", "GET /" + std::string(9000, 'a') + " HTTP/1.1") == 414);
    std::string fields = "Host: h\r\n";
    for (int i = 0; i < 300; ++i) fields += "A: b\r\n";
    CHECK(refusal(fields) == 431);
    CHECK(refusal("Host: h\r\nA: " + std::string(70'000, 'x') + "\r\n") == 431);
}

TEST_CASE("control characters in fields, bare line feeds and foreign expectations are refused") {
    CHECK(refusal("Host: h\r\nA: b\x01\r\n") == 400);
    CHECK(refusal("Host: h\r\nA: b\nContent-Length: 3\r\n") == 400);
    CHECK(refusal("Host: h\r\nA: b\rContent-Length: 3\r\n") == 400);
    CHECK(refusal("Host: h\r\nA\r\n") == 400);
    CHECK(refusal("Host: h\r\n: b\r\n") == 400);
    CHECK(refusal("Host: h\r\nExpect: 200-ok\r\n") == 417);
}
