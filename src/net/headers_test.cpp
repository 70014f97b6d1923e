#include "net/scripted_transport.hpp"
#include "net/trace_line.hpp"

#include <doctest/doctest.h>

using namespace berth;
using namespace berth::net;

TEST_CASE("field names compare without case") {
    Headers headers;
    headers.add("Link", "a");
    headers.add("LINK", "b");
    headers.add("Other", "c");
    CHECK(headers.find("link") == "a");
    CHECK(headers.all("lInK") == std::vector<std::string_view>{"a", "b"});
    headers.set("link", "d");
    CHECK(headers.all("Link") == std::vector<std::string_view>{"d"});
    headers.remove("LINK");
    CHECK_FALSE(headers.find("Link").has_value());
    CHECK(headers.fields().size() == 1);
}

TEST_CASE("a content length counts only if it is single and well-formed") {
    HttpResponse response;
    CHECK_FALSE(response.content_length().has_value());
    response.headers.set("Content-Length", "42");
    CHECK(response.content_length() == 42);
    for (const char* bad : {"", "-1", "+1", "1,1", " 1", "0x10", "9223372036854775808"}) {
        response.headers.set("Content-Length", bad);
        CHECK_FALSE(response.content_length().has_value());
    }
    response.headers.set("Content-Length", "1");
    response.headers.add("content-length", "1");
    CHECK_FALSE(response.content_length().has_value());
}

TEST_CASE("a scripted transport shows what was sent and answers what it is told") {
    ScriptedTransport transport([](const SentRequest& request) {
        return respond(201, "got " + request.body, {{"Location", "/x"}});
    });
    HttpRequest request{.method = "PUT", .url = Url::parse("http://h/v2/").value()};
    request.authorization = Secret("Basic eDp5");
    request.body = RequestBody{3, [] { return std::make_unique<MemorySource>("abc"); }};
    const HttpResponse response = transport.send(request, {});
    CHECK(response.status == 201);
    CHECK(response.content_length() == 7);
    CHECK(read_all(*response.body, 100, "body") == "got abc");
    REQUIRE(transport.sent().size() == 1);
    CHECK(transport.sent().front().url == "http://h/v2/");
    CHECK(transport.sent().front().authorization == "Basic eDp5");
}

TEST_CASE("signed queries do not reach the log") {
    const auto shown = [](std::string_view text) {
        return without_confidential_query(Url::parse(text).value());
    };
    CHECK(shown("https://h/v2/_catalog?n=10&last=a") == "https://h/v2/_catalog?n=10&last=a");
    CHECK(shown("https://s3/b?X-Amz-Signature=abc&n=1&tok") ==
          "https://s3/b?X-Amz-Signature=…&n=1&=…");
}
