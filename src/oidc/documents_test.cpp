// What a provider says of itself and of a person, read and refused.
#include "oidc/discovery.hpp"
#include "oidc/failure.hpp"
#include "oidc/id_token.hpp"
#include "oidc/test_provider.hpp"

#include <doctest/doctest.h>

using namespace berth;
using namespace berth::oidc;

namespace {

constexpr std::string_view issuer = "https://login.test/one";

json::Object discovery() {
    return {{"issuer", issuer},
            {"authorization_endpoint", "https://login.test/auth"},
            {"token_endpoint", "https://login.test/token"},
            {"jwks_uri", "https://login.test/keys"}};
}

std::string with(std::string_view name, const json::Value& value) {
    auto changed = discovery();
    changed[name] = value;
    return json::write(changed);
}

template <class Act>
std::string failure_of(Act&& act) {
    try {
        act();
    } catch (const LoginFailure& failure) {
        return std::string(text_of(failure.failure()));
    }
    return "";
}

constexpr std::int64_t now = 1'800'000'000;

json::Object good_claims() {
    return {{"iss", issuer}, {"aud", "berth"}, {"exp", now + 300},
            {"iat", now},    {"nonce", "n"},   {"sub", "s"}};
}

std::string failure_with(std::string_view name, const json::Value& value) {
    auto claims = good_claims();
    if (value.is_null())
        claims.erase(name);
    else
        claims[name] = value;
    return failure_of([&] {
        check_claims(claims,
                     {.issuer = issuer,
                      .client_id = "berth",
                      .nonce = "n",
                      .now = std::chrono::system_clock::time_point(std::chrono::seconds(now))});
    });
}

} // namespace

TEST_CASE("the discovery document lies below the issuer") {
    CHECK(discovery_address("https://a.test").text() ==
          "https://a.test/.well-known/openid-configuration");
    CHECK(discovery_address("https://a.test/").text() ==
          "https://a.test/.well-known/openid-configuration");
    CHECK(discovery_address("https://a.test/realms/x").text() ==
          "https://a.test/realms/x/.well-known/openid-configuration");
    for (const auto* wrong : {"", "a.test", "ftp://a.test", "https://a.test?x=1",
                              "https://a.test/#x", "https://u:p@a.test"})
        CHECK_THROWS_AS(discovery_address(wrong), Error);
}

TEST_CASE("a discovery document is its issuer's own, and keeps TLS") {
    const auto found = read_discovery(json::write(discovery()), issuer);
    CHECK(found.token.text() == "https://login.test/token");
    CHECK_FALSE(found.userinfo.has_value());
    CHECK_FALSE(found.secret_in_body);
    for (const auto& text :
         {with("issuer", "https://login.test/one/"), with("issuer", 1),
          with("token_endpoint", nullptr), with("jwks_uri", "http://login.test/keys"),
          with("authorization_endpoint", "javascript:alert(1)"),
          with("userinfo_endpoint", "http://login.test/me"), std::string("<html>"),
          std::string("[]")}) {
        CAPTURE(text);
        CHECK(failure_of([&] { read_discovery(text, issuer); }) == "broken");
    }
}

TEST_CASE("the client's secret goes into the body only where nothing else is taken") {
    const auto in_body = [](const json::Array& methods) {
        return read_discovery(with("token_endpoint_auth_methods_supported", methods), issuer)
            .secret_in_body;
    };
    CHECK(in_body({"client_secret_post"}));
    CHECK_FALSE(in_body({"client_secret_post", "client_secret_basic"}));
    CHECK_FALSE(in_body({"private_key_jwt"}));
}

TEST_CASE("a token without a signature that we know is none") {
    const testing::SigningKey key("k1");
    const auto token = read_id_token(key.signed_token(good_claims()));
    CHECK(token.algorithm == "ES256");
    CHECK(token.key_id == "k1");
    CHECK(token.signature.size() == 64);
    const auto failure = [&](json::Object header) {
        return failure_of([&] { read_id_token(key.signed_token(good_claims(), header)); });
    };
    CHECK(failure({{"alg", "none"}}) == "untrusted");
    CHECK(failure({{"alg", "HS256"}}) == "untrusted");
    CHECK(failure({{"crit", json::Array{"b64"}}}) == "untrusted");
    CHECK(failure({{"alg", 1}}) == "broken");
    for (const auto* text : {"", "a.b", "a.b.c.d", "e30.e30.%%%", "W10.e30.YQ", "e30.W10.YQ"}) {
        CAPTURE(text);
        CHECK(failure_of([&] { read_id_token(text); }) == "broken");
    }
    CHECK(failure_of([&] { read_id_token(std::string(longest_id_token + 1, 'a')); }) == "broken");
}

TEST_CASE("claims are of this provider, for us, of now and of this login") {
    CHECK(failure_with("sub", "s") == "");
    CHECK(failure_with("iss", "https://evil.test") == "untrusted");
    CHECK(failure_with("iss", nullptr) == "broken");
    CHECK(failure_with("nonce", "other") == "untrusted");
    CHECK(failure_with("nonce", nullptr) == "untrusted");
    CHECK(failure_with("aud", "other") == "audience");
    CHECK(failure_with("aud", nullptr) == "audience");
    CHECK(failure_with("aud", json::Array{"berth"}) == "");
    CHECK(failure_with("aud", json::Array{"berth", "other"}) == "audience");
    CHECK(failure_with("aud", json::Array{1}) == "broken");
    CHECK(failure_with("azp", "berth") == "");
    CHECK(failure_with("azp", "other") == "audience");
}

TEST_CASE("clocks may differ by a minute") {
    CHECK(failure_with("exp", now - 59) == "");
    CHECK(failure_with("exp", now - 61) == "clock");
    CHECK(failure_with("iat", now + 59) == "");
    CHECK(failure_with("iat", now + 61) == "clock");
    CHECK(failure_with("nbf", now + 61) == "clock");
    CHECK(failure_with("exp", nullptr) == "broken");
    CHECK(failure_with("exp", std::numeric_limits<std::int64_t>::max()) == "");
    CHECK(failure_with("exp", std::numeric_limits<std::int64_t>::min()) == "clock");
    CHECK(failure_with("exp", "soon") == "broken");
}
