#include "client/challenge.hpp"
#include "client/content_range.hpp"
#include "client/error_body.hpp"
#include "client/link_header.hpp"
#include "client/origin_rules.hpp"
#include "client/scope.hpp"

#include <doctest/doctest.h>

using namespace berth;
using namespace berth::client;

TEST_CASE("challenges are read as registries send them") {
    const auto hub = parse_challenges(
        R"(Bearer realm="https://auth.docker.io/token",service="registry.docker.io",)"
        R"(scope="repository:library/debian:pull,push",error="insufficient_scope")");
    REQUIRE(hub.size() == 1);
    CHECK(hub[0].scheme == "bearer");
    CHECK(hub[0].parameter("realm") == "https://auth.docker.io/token");
    CHECK(hub[0].parameter("scope") == "repository:library/debian:pull,push");
    CHECK(hub[0].parameter("absent").empty());
}

TEST_CASE("several challenges in one field are told apart") {
    const auto all = parse_challenges(
        R"(Negotiate, Basic realm="a \"b\" c" , ,BEARER Realm = "x", service=y,NTLM abc/+==)");
    REQUIRE(all.size() == 4);
    CHECK(all[0].scheme == "negotiate");
    CHECK(all[1].parameter("realm") == "a \"b\" c");
    CHECK(all[2].scheme == "bearer");
    CHECK(all[2].parameter("service") == "y");
    CHECK(all[3].scheme == "ntlm");
    CHECK(find_challenge(all, "bearer")->parameter("realm") == "x");
}

TEST_CASE("challenges that break the grammar give what came before") {
    CHECK(parse_challenges("").empty());
    CHECK(parse_challenges(",,, ,").empty());
    CHECK(parse_challenges("\"quoted\"").empty());
    const auto unterminated = parse_challenges(R"(Basic realm="a", Bearer realm="oops)");
    REQUIRE(unterminated.size() == 2);
    CHECK(unterminated[1].parameter("realm").empty());
    CHECK(parse_challenges(std::string(100'000, ',') + "Basic").empty());
}

TEST_CASE("the next page is found among links") {
    const auto next = [](const char* value) { return next_link(value).value().value_or("-"); };
    CHECK(next(R"(</v2/x/tags/list?last=a&n=2>; rel="next")") == "/v2/x/tags/list?last=a&n=2");
    CHECK(next("<a>; rel=next") == "a");
    CHECK(next(R"(<a>; rel="prev", <b>; title="x, y"; rel="first next")") == "b");
    CHECK(next(R"(<a>; rel="prev")") == "-");
    CHECK(next(R"(<a>; rel="prev"; rel="next")") == "-");
    CHECK(next("") == "-");
    CHECK(next_link("<<>>;;rel").has_error());
    CHECK(next_link("/v2/x; rel=next").has_error());
    CHECK(next_link("<unterminated").has_error());
}

TEST_CASE("content ranges are read exactly") {
    const auto range = parse_content_range("bytes 5-9/20");
    REQUIRE(range.has_value());
    CHECK(range->first == 5);
    CHECK(range->last == 9);
    CHECK(range->total == 20);
    CHECK_FALSE(parse_content_range("bytes 0-0/*")->total.has_value());
    for (const char* text :
         {"", "bytes", "bytes */20", "bytes 9-5/20", "bytes 5-9/9", "items 0-1/2", "bytes -1-2/3",
          "bytes 0-1", "bytes 0-1/", "bytes 0-1/2 ", "bytes 99999999999999999999-1/7"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_content_range(text).has_value());
    }
}

TEST_CASE("error bodies say what went wrong, within what the status allows") {
    const auto error = [](int status, const char* body) {
        return error_of_response(status, body, "reg", "manifest v1");
    };
    const Error known = error(
        404,
        R"({"errors":[{"code":"MANIFEST_UNKNOWN","message":"no\u001b[2J","detail":{"a":1}}]})");
    CHECK(known.code() == ErrorCode::manifest_unknown);
    CHECK(known.message().find('\x1b') == std::string::npos);
    CHECK(known.message().find("reg answered 404 for manifest v1") == 0);
    CHECK(error(404, "<html>").code() == ErrorCode::not_found);
    CHECK(error(503, R"({"errors":[{"code":"DENIED"}]})").code() == ErrorCode::upstream_failed);
    CHECK(error(429, R"({"errors":[{"code":"DENIED"}]})").code() == ErrorCode::too_many_requests);
    CHECK(error(400, R"({"errors":[{"code":"DIGEST_INVALID"}]})").code() ==
          ErrorCode::digest_invalid);
    CHECK(error(400, R"({"errors":[{"code":"UNREACHABLE"}]})").code() ==
          ErrorCode::response_invalid);
    CHECK(error(429, "{}").message().find("too many requests") != std::string::npos);
    CHECK(parse_error_body(R"({"errors":[1,{"code":null},[]]})").size() == 1);
    CHECK(parse_error_body("[]").empty());
}

TEST_CASE("hosts are placed by their names") {
    for (const char* host : {"localhost", "a.localhost", "127.9.9.9", "[::1]", "[::ffff:127.0.0.1]",
                             "2130706433", "127.1", "0x7f000001", "0.0.0.0", "localhost."})
        CHECK_MESSAGE(reach_of(host) == Reach::loopback, host);
    for (const char* host : {"169.254.169.254", "[fe80::1]"})
        CHECK_MESSAGE(reach_of(host) == Reach::link_local, host);
    for (const char* host : {"10.1.2.3", "172.16.0.1", "192.168.1.1", "[fd00::1]", "registry",
                             "minio.local", "100.64.0.1"})
        CHECK_MESSAGE(reach_of(host) == Reach::private_network, host);
    for (const char* host : {"8.8.8.8", "172.32.0.1", "registry.example.com", "[2001:db8::1]"})
        CHECK_MESSAGE(reach_of(host) == Reach::open, host);
}

TEST_CASE("sites are told by their names, and shared domains are nobody's") {
    CHECK(same_site("registry.example.com", "auth.example.com"));
    CHECK(same_site("registry.gitlab.com", "gitlab.com"));
    CHECK(same_site("registry-1.docker.io", "auth.docker.io"));
    CHECK(same_site("registry.cn-hangzhou.aliyuncs.com", "dockerauth.cn-hangzhou.aliyuncs.com"));
    CHECK(same_site("rg.fr-par.scw.cloud", "api.scaleway.com"));
    CHECK_FALSE(same_site("registry.example.com", "evil.com"));
    CHECK_FALSE(same_site("example.com", "evilexample.com"));
    CHECK_FALSE(same_site("mine.azurecr.io", "yours.azurecr.io"));
    CHECK_FALSE(same_site("1.dkr.ecr.eu-west-1.amazonaws.com", "x.s3.amazonaws.com"));
    CHECK_FALSE(same_site("shop.co.uk", "evil.co.uk"));
    CHECK_FALSE(same_site("10.0.0.1", "11.0.0.1"));
    CHECK_FALSE(same_site("127.0.0.1", "127.0.0.2"));
}

TEST_CASE("scopes merge by resource and print sorted") {
    Scopes scopes = Scopes::pull("a");
    scopes.merge(Scopes::parse("repository:a:push,pull repository:b:pull bad :x: registry:c:*"));
    CHECK(scopes.text() == "registry:c:* repository:a:pull,push repository:b:pull");
    CHECK(Scopes::parse("repository:a\r\nX:pull").empty());
}
