#include "aws/sigv4.hpp"

#include "aws/canonical.hpp"
#include "base/error.hpp"

#include <doctest/doctest.h>

namespace berth::aws {
namespace {

using std::chrono::seconds;
using std::chrono::system_clock;

const Credentials example_keys{
    .access_key_id = "AKIAIOSFODNN7EXAMPLE",
    .secret_access_key = Secret("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")};
const SigningScope scope{.region = "eu-central-1", .service = "ecr"};
const system_clock::time_point noon{seconds(1764244800)}; // 2025-11-27T12:00:00Z

std::string message_of(const SignableRequest& request, const Credentials& credentials,
                       const SigningScope& where) {
    try {
        sign(request, credentials, where, noon);
    } catch (const Error& error) {
        CHECK(error.code() == ErrorCode::usage);
        return error.message();
    }
    return "";
}

TEST_CASE("the date changes at midnight in UTC") {
    CHECK(amz_date(system_clock::time_point(seconds(1764287999))) == "20251127T235959Z");
    CHECK(amz_date(system_clock::time_point(seconds(1764288000))) == "20251128T000000Z");
    CHECK(amz_date(system_clock::time_point(seconds(1709210096))) == "20240229T123456Z");
}

TEST_CASE("paths lose dots and doubled slashes, and keep a slash at their end") {
    CHECK(normalized_path("") == "/");
    CHECK(normalized_path("/") == "/");
    CHECK(normalized_path("//a//b//") == "/a/b/");
    CHECK(normalized_path("/a/./b/../c") == "/a/c");
    CHECK(normalized_path("/../../a") == "/a");
    CHECK(normalized_path("/a/..") == "/");
    CHECK(normalized_path("/a/b/..") == "/a");
    CHECK(normalized_path("/a/.../b") == "/a/.../b");
}

TEST_CASE("queries are decoded, encoded and put in order by bytes") {
    CHECK(canonical_query("") == "");
    CHECK(canonical_query("&&a&") == "a=");
    CHECK(canonical_query("b=2&a=3&a=1") == "a=1&a=3&b=2");
    CHECK(canonical_query("a+b=c%20d") == "a%2Bb=c%20d");
    CHECK(canonical_query("x=%2f&x=%41") == "x=%2F&x=A");
    CHECK(canonical_query("x=100%&y=%zz") == "x=100%25&y=%25zz");
    CHECK(canonical_query("a=b=c") == "a=b%3Dc");
    // "a=" before "a-b=" by key, though "-" comes before "=" in the whole text.
    CHECK(canonical_query("a-b=1&a=2") == "a=2&a-b=1");
}

TEST_CASE("headers that a proxy may change are not signed, and prefixes sort first") {
    const CanonicalHeaders headers = canonical_headers({{"X-Amz-B", "2"},
                                                        {"X-Amz", " 1 \t 1 "},
                                                        {"Host", "h:8443"},
                                                        {"User-Agent", "berth"},
                                                        {"Proxy-Anything", "x"},
                                                        {"Expect", "100-continue"},
                                                        {"X-Amzn-Trace-Id", "x"},
                                                        {"TE", "x"}});
    CHECK(headers.signed_names == "host;x-amz;x-amz-b");
    CHECK(headers.lines == "host:h:8443\nx-amz:1 1\nx-amz-b:2\n");
}

TEST_CASE("an encoded path is encoded once more, but not for S3") {
    const SignableRequest request{
        .method = "GET", .path = "/a%20b/%2F//./c", .headers = {{"Host", "example.com"}}};
    const auto first_lines = [&](const SigningOptions& options) {
        const std::string text =
            sign(request, example_keys, scope, noon, options).signature.canonical_request.reveal();
        return text.substr(4, text.find('\n', 4) - 4);
    };
    CHECK(first_lines({}) == "/a%2520b/%252F/c");
    CHECK(first_lines({.encode_path_twice = false, .normalize_path = false}) == "/a%20b/%2F//./c");
}

TEST_CASE("the fields that the signer sets replace those of the request") {
    const SignableRequest request{.headers = {{"host", "example.com"},
                                              {"x-amz-DATE", "20150101T000000Z"},
                                              {"Authorization", "Basic abc"},
                                              {"X-Amz-Security-Token", "old"},
                                              {"X-Amz-Content-Sha256", "old"}}};
    const SignedHeaders made = sign(request, example_keys, scope, noon);
    CHECK(made.signature.signed_headers == "host;x-amz-date");
    CHECK(made.headers.size() == 1);
    CHECK(made.headers[0].second == "20251127T120000Z");
    CHECK(made.session_token.empty());
}

TEST_CASE("an unsigned payload does not depend on the body") {
    SignableRequest request{.headers = {{"Host", "bucket.example.com"}}, .body = "one"};
    const SigningOptions options{.content_hash_header = true,
                                 .payload_hash = std::string(unsigned_payload)};
    const SignedHeaders one = sign(request, example_keys, scope, noon, options);
    request.body = "two";
    CHECK(sign(request, example_keys, scope, noon, options).signature.hex == one.signature.hex);
    CHECK(one.headers.at(1).second == "UNSIGNED-PAYLOAD");
    CHECK(sign(request, example_keys, scope, noon).signature.hex != one.signature.hex);
}

TEST_CASE("everything that is signed changes the signature") {
    const SignableRequest request{.method = "POST",
                                  .path = "/",
                                  .query = "a=1",
                                  .headers = {{"Host", "h"}, {"X-Amz-Target", "T"}},
                                  .body = "{}"};
    const std::string whole = sign(request, example_keys, scope, noon).signature.hex;
    const auto differs = [&](auto&& change) {
        SignableRequest changed = request;
        change(changed);
        return sign(changed, example_keys, scope, noon).signature.hex != whole;
    };
    CHECK(differs([](auto& r) { r.method = "PUT"; }));
    CHECK(differs([](auto& r) { r.path = "/x"; }));
    CHECK(differs([](auto& r) { r.query = "a=2"; }));
    CHECK(differs([](auto& r) { r.headers[0].second = "h:8443"; }));
    CHECK(differs([](auto& r) { r.headers[1].second = "U"; }));
    CHECK(differs([](auto& r) { r.body = "{ }"; }));
    CHECK(sign(request, example_keys, {"eu-central-1", "sts"}, noon).signature.hex != whole);
    CHECK(sign(request, example_keys, {"eu-west-1", "ecr"}, noon).signature.hex != whole);
    CHECK(sign(request, example_keys, scope, noon + seconds(1)).signature.hex != whole);
    Credentials with_token = example_keys;
    with_token.session_token = Secret("t");
    CHECK(sign(request, with_token, scope, noon).signature.hex != whole);
}

TEST_CASE("text that could start another line is refused, and the message names where") {
    const SignableRequest plain{.headers = {{"Host", "h"}}};
    Credentials bad = example_keys;
    bad.access_key_id = "AKIA\nX-Evil: 1";
    CHECK(message_of(plain, bad, scope).find("access key id") != std::string::npos);
    bad = example_keys;
    bad.session_token = Secret("secret-token\r\n");
    const std::string message = message_of(plain, bad, scope);
    CHECK(message.find("session token") != std::string::npos);
    CHECK(message.find("secret-token") == std::string::npos);
    CHECK(message_of(plain, example_keys, {"eu\n", "ecr"}).find("region") != std::string::npos);
    CHECK(message_of({.headers = {{"X-A", "b\nX-C: d"}}}, example_keys, scope).find("\"X-A\"") !=
          std::string::npos);
    CHECK(message_of({.headers = {{"X-A", "b\n"}}}, example_keys, scope) != "");
    CHECK(message_of({.headers = {{"X-A", std::string("b\0c", 3)}}}, example_keys, scope) != "");
    CHECK(message_of({.headers = {{"X-A", "b\r\n folded"}}}, example_keys, scope) == "");
}

TEST_CASE("a signed URL lives for one second to seven days") {
    const SignableRequest request{.headers = {{"Host", "h"}}};
    CHECK_THROWS_AS(presign(request, example_keys, scope, noon, seconds(0)), Error);
    CHECK_THROWS_AS(presign(request, example_keys, scope, noon, seconds(604801)), Error);
    CHECK_NOTHROW(presign(request, example_keys, scope, noon, seconds(604800)));
}

TEST_CASE("keys that cannot be right are told apart without showing them") {
    const auto cause = [](const Credentials& credentials) {
        try {
            check_credentials(credentials);
        } catch (const Error& error) {
            CHECK(error.message().find("hunter2") == std::string::npos);
            CHECK_FALSE(error.hint().empty());
            return error.message();
        }
        return std::string();
    };
    CHECK(cause(example_keys) == "");
    Credentials changed = example_keys;
    changed.access_key_id = " AKIAIOSFODNN7EXAMPLE";
    CHECK(cause(changed) == "the AWS access key id is not one");
    changed = example_keys;
    changed.secret_access_key = Secret("");
    CHECK(cause(changed) == "the AWS access key has no secret");
    changed.secret_access_key = Secret("hunter2\n");
    CHECK(cause(changed).find("secret access key contains") != std::string::npos);
    changed = example_keys;
    changed.access_key_id = "ASIAIOSFODNN7EXAMPLE";
    CHECK(cause(changed).find("session token") != std::string::npos);
    changed.session_token = Secret("hunter2 hunter2");
    CHECK(cause(changed).find("session token contains") != std::string::npos);
}

} // namespace
} // namespace berth::aws
