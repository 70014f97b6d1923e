// Logins by a provider: there, back, and every way in which that fails.
#include "api/api_fixture.hpp"
#include "api/return_path.hpp"
#include "api/sign_in_attempt.hpp"
#include "api/sign_in_routes.hpp"
#include "net/query.hpp"
#include "oidc/test_provider.hpp"

#include <doctest/doctest.h>

namespace berth::api {
namespace {

struct SignInFixture : ApiFixture {
    explicit SignInFixture(const access::RateLimits& limits = {}) : ApiFixture({}, limits) {
        there.now =
            std::chrono::duration_cast<std::chrono::seconds>(clock.wall_now().time_since_epoch())
                .count();
        const IdentityParts parts{
            .realm = realm, .users = users, .limiter = limiter, .audit = audit, .clock = clock};
        auto routes = make_identity_routes(parts);
        SignInParts sign_in{.public_url = "https://berth.test"};
        sign_in.providers.push_back(
            {provider, {.tenant_admins = {"ops"}, .editors = {"staff"}, .viewers = {}}});
        for (auto& route : make_sign_in_routes(parts, std::move(sign_in)))
            routes.push_back(std::move(route));
        handler = make_api(std::move(routes), {realm, limiter, audit},
                           [](net::Request&) { return net::Response{.status = 299}; });
    }

    /// "name=value" of a cookie that was set, for the next request.
    static std::string cookie_pair(const ApiAnswer& answer, std::string_view name) {
        for (const auto field : answer.headers.all("Set-Cookie"))
            if (field.starts_with(std::string(name) + "="))
                return std::string(field.substr(0, field.find(';')));
        return "";
    }

    /// From the login page to where the browser ends up.
    ApiAnswer log_in(const std::string& return_to = "", const std::string& more = "") {
        auto path = std::string("/v1/auth/oidc/corp/login?");
        std::string query;
        net::add_query(query, "return_to", return_to);
        const auto begun = get(path + query);
        if (begun.status != 303 || begun.header("Location").starts_with("/login")) return begun;
        const auto back = there.authorize(begun.header("Location")) + more;
        return get("/v1/auth/oidc/corp/callback?" + back,
                   {{"Cookie", cookie_pair(begun, sign_in_cookie)}});
    }

    std::string word(const ApiAnswer& answer) {
        CHECK(answer.status == 303);
        const auto location = answer.header("Location");
        if (!location.starts_with("/login?")) return "";
        CHECK(cookie_pair(answer, "berth_session").empty());
        return net::Query(location.substr(7)).find("signin").value_or("");
    }

    oidc::testing::TestProvider there;
    oidc::Provider provider{oidc::testing::test_options(), there.transport(), clock};
};

std::string audit_log(const ApiFixture& api) {
    return read_file(api.scratch.path().parent_path() / "audit.jsonl", 1 << 20);
}

} // namespace

TEST_CASE("the login page is told which providers there are, and no more") {
    SignInFixture api;
    CHECK(api.get("/v1/auth/oidc").body == R"({"items":[{"name":"corp","label":"Corp"}]})");
    CHECK(api.get("/v1/auth/oidc/other/login").status == 404);
    CHECK(api.get("/v1/auth/oidc/other/callback").status == 404);
}

TEST_CASE("a login by a provider begins a session where the person wanted to go") {
    SignInFixture api;
    const auto answer = api.log_in("/registries/abc?tab=1");
    CHECK(answer.status == 303);
    CHECK(answer.header("Location") == "/registries/abc?tab=1");
    CHECK(api.last_actor == "ann");
    const auto session = SignInFixture::cookie_pair(answer, "berth_session");
    const auto me = api.get("/v1/users/me", {{"Cookie", session}}).document();
    CHECK(me.at("metadata").at("name") == "ann");
    CHECK(me.at("spec").at("roles") == json::Array{"editor"});
    CHECK(me.at("status").at("proof") == "session");
    CHECK(me.at("spec").at("provider") == "corp");
    CHECK_FALSE(SignInFixture::cookie_pair(answer, "berth_csrf").empty());
    CHECK(SignInFixture::cookie_pair(answer, sign_in_cookie) == "berth_sign_in=");
    const auto record = api.realm.trail().list(api.realm.tenant().uid, 0, 1).at(0);
    CHECK(record.action == "login");
    CHECK(record.actor == "ann");
    CHECK(record.after->find(R"("provider":"corp")") != std::string::npos);
}

TEST_CASE("the cookie of a login comes back from another site, and is no session") {
    SignInFixture api;
    const auto begun = api.get("/v1/auth/oidc/corp/login", {{"X-Forwarded-Proto", "https"}});
    const auto field = std::string(begun.headers.find("Set-Cookie").value());
    CHECK(field.find("; Path=/v1/auth/oidc/; Max-Age=600; SameSite=Lax; HttpOnly; Secure") !=
          std::string::npos);
    const net::Query query(net::Url::parse(begun.header("Location")).value().query);
    CHECK(query.find("redirect_uri") == "https://berth.test/v1/auth/oidc/corp/callback");
    const auto secret = field.substr(field.find('=') + 1, 43);
    CHECK(begun.header("Location").find(secret) == std::string::npos);
    CHECK(begun.header("Referrer-Policy") == "no-referrer");
    CHECK(begun.header("Cache-Control") == "no-store");
}

TEST_CASE("an answer is good in the browser that asked, and there alone") {
    SignInFixture api;
    const auto begun = api.get("/v1/auth/oidc/corp/login");
    const auto other = api.get("/v1/auth/oidc/corp/login");
    const auto path =
        "/v1/auth/oidc/corp/callback?" + api.there.authorize(begun.header("Location"));
    CHECK(api.word(api.get(path)) == "stale");
    CHECK(api.word(api.get(path, {{"Cookie", "berth_sign_in=rubbish"}})) == "stale");
    CHECK(api.word(api.get(
              path, {{"Cookie", SignInFixture::cookie_pair(other, sign_in_cookie)}})) == "stale");
    CHECK(api.there.last_form.empty());
    CHECK(api.word(api.get(path,
                           {{"Cookie", SignInFixture::cookie_pair(begun, sign_in_cookie)}})) == "");
}

TEST_CASE("every failure leads to the login page with a word, and is told to the audit log") {
    const auto failure = [](const json::Object& claims, const std::string& more = "") {
        SignInFixture api;
        api.there.changed_claims = claims;
        const auto answer = api.log_in("/jobs", more);
        const net::Query query(answer.header("Location").substr(7));
        CHECK(query.find("next") == "/jobs");
        CHECK(query.find("ref") == "the-ref");
        CHECK(query.find("provider") == "corp");
        CHECK(audit_log(api).find("login.failed") != std::string::npos);
        CHECK(api.last_actor.empty());
        CHECK(api.realm.trail().count(api.realm.tenant().uid) == 0);
        return api.word(answer);
    };
    CHECK(failure({}, "&error=access_denied") == "denied");
    CHECK(failure({{"groups", json::Array{"guests"}}}) == "not_mapped");
    CHECK(failure({{"groups", nullptr}}) == "not_mapped");
    CHECK(failure({{"preferred_username", "admin"}}) == "name_taken");
    CHECK(failure({{"preferred_username", nullptr}}) == "no_name");
    CHECK(failure({{"aud", "somebody"}}) == "audience");
    CHECK(failure({{"exp", 1}}) == "clock");
    CHECK(failure({{"nonce", "x"}}) == "untrusted");
}

TEST_CASE("a provider that is away says so, and costs nobody their password login") {
    SignInFixture api({.failed_logins_per_minute = 2});
    api.there.down = true;
    for (int i = 0; i < 5; ++i) CHECK(api.word(api.log_in()) == "unreachable");
    CHECK(audit_log(api).find("connection refused") != std::string::npos);
    const std::string body = R"({"emailId":"ed","password":"ed"})";
    CHECK(api.send("POST", "/v1/auth/authenticate", body).status == 200);
}

TEST_CASE("codes that are guessed count as wrong passwords do") {
    SignInFixture api({.failed_logins_per_minute = 2});
    api.there.token_status = 400;
    CHECK(api.word(api.log_in()) == "refused");
    CHECK(api.word(api.log_in()) == "refused");
    api.there.token_status = 200;
    CHECK(api.word(api.log_in()) == "busy");
}

TEST_CASE("who is disabled here is out at once, and the provider does not bring them back") {
    SignInFixture api;
    const auto session = SignInFixture::cookie_pair(api.log_in(), "berth_session");
    const auto key = api.by_key("ann", identity::Right::see);
    const auto path = "/v1/users/" + identity::uid_of("ann");
    const auto set = [&](const char* active) {
        return api
            .send("PATCH", path,
                  std::string(R"([{"op":"replace","path":"/status/isActive","value":)") + active +
                      "}]",
                  api.as("admin"))
            .status;
    };
    CHECK(api.get("/v1/users/me", {{"Cookie", session}}).status == 200);
    CHECK(set("false") == 204);
    CHECK(api.get("/v1/users/me", {{"Cookie", session}}).status == 401);
    CHECK(api.get("/v1/users/me", key).status == 401);
    CHECK(api.word(api.log_in()) == "disabled");
    CHECK(set("true") == 204);
    CHECK(api.get("/v1/users/me", {{"Cookie", session}}).status == 401);
    CHECK(api.word(api.log_in()).empty());
}

TEST_CASE("a logout goes on at the provider where that has a place for it") {
    SignInFixture api;
    const std::string path = "/v1/auth/oidc/corp/logout";
    CHECK(api.get("/v1/auth/oidc/other/logout").header("Location") == "/login");
    CHECK(api.get(path).header("Location") == "/login");
    const auto leads_to = [](const json::Value& end_session) {
        SignInFixture fresh;
        fresh.there.discovery = {{"end_session_endpoint", end_session}};
        const auto answer = fresh.get("/v1/auth/oidc/corp/logout");
        CHECK(answer.status == 303);
        return answer.header("Location");
    };
    const auto there = net::Url::parse(leads_to("https://login.test/out?kept=1")).value();
    CHECK(there.origin.host == "login.test");
    const net::Query query(there.query);
    CHECK(query.find("kept") == "1");
    CHECK(query.find("client_id") == "berth");
    CHECK(query.find("post_logout_redirect_uri") == "https://berth.test/login");
    CHECK(leads_to("http://login.test/out") == "/login"); // the issuer has TLS
    CHECK(leads_to("javascript:alert(1)") == "/login");
    api.there.down = true;
    CHECK(api.get(path).status == 303);
}

TEST_CASE("nobody is led to another server after a login") {
    for (const auto* there : {"", "registries", "//evil.test", "https://evil.test", "/\\evil.test",
                              "/a\nb", "/a b", "/\t/evil.test", "/v1/auth/logout", "/v2/"}) {
        CAPTURE(there);
        CHECK(return_path(there) == "/registries");
    }
    CHECK(return_path("/" + std::string(3000, 'a')) == "/registries");
    CHECK(return_path("/settings/users?x=%2F#top") == "/settings/users?x=%2F#top");
    SignInFixture api;
    CHECK(api.log_in("//evil.test").header("Location") == "/registries");
    // Not even by a cookie that was planted.
    const auto planted = SignInAttempt("//evil.test").cookie_text();
    CHECK(SignInAttempt::read(planted)->return_to() == "/registries");
}

TEST_CASE("an attempt is read back as it was, and bound to its provider") {
    const SignInAttempt attempt("/jobs");
    const auto again = SignInAttempt::read(attempt.cookie_text());
    REQUIRE(again.has_value());
    CHECK(again->at("corp", "r").state == attempt.at("corp", "r").state);
    CHECK(again->at("corp", "r").verifier == attempt.at("corp", "r").verifier);
    CHECK(attempt.at("corp", "r").state != attempt.at("other", "r").state);
    CHECK(attempt.at("corp", "r").state != attempt.at("corp", "r").nonce);
    for (const auto* text : {"", ".", "a.b", "a.b.c"})
        CHECK_FALSE(SignInAttempt::read(text).has_value());
}

} // namespace berth::api
