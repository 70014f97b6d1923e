// A whole login, against a provider in memory.
#include "oidc/provider.hpp"

#include "net/query.hpp"
#include "oidc/failure.hpp"
#include "oidc/test_provider.hpp"

#include <doctest/doctest.h>

using namespace berth;
using namespace berth::oidc;
using namespace std::chrono_literals;

namespace {

struct Login {
    Login() {
        there.now =
            std::chrono::duration_cast<std::chrono::seconds>(clock.wall_now().time_since_epoch())
                .count();
    }

    Provider& provider() {
        if (!made) made = std::make_unique<Provider>(options, there.transport(), clock);
        return *made;
    }

    Claimed log_in() {
        const auto address = provider().authorization_address(attempt, {});
        const net::Query back(there.authorize(address) + more);
        return provider().redeem(attempt,
                                 {.code = back.find("code"),
                                  .state = back.find("state"),
                                  .issuer = back.find("iss"),
                                  .error = back.find("error"),
                                  .error_description = back.find("error_description")},
                                 {});
    }

    std::string failure() {
        try {
            log_in();
            return "";
        } catch (const LoginFailure& failed) {
            return std::string(text_of(failed.failure()));
        }
    }

    ManualClock clock;
    testing::TestProvider there;
    ProviderOptions options = testing::test_options();
    Attempt attempt{"the-state", "the-nonce", std::string(64, 'v'),
                    "https://berth.test/v1/auth/oidc/corp/callback"};
    std::string more = {};
    std::unique_ptr<Provider> made;
};

} // namespace

TEST_CASE("a person is sent with a challenge, and comes back as somebody") {
    Login login;
    const auto address = login.provider().authorization_address(login.attempt, {});
    const auto url = net::Url::parse(address).value();
    const net::Query query(url.query);
    CHECK(url.path == "/one/auth");
    CHECK(query.find("kept") == "1");
    CHECK(query.find("response_type") == "code");
    CHECK(query.find("scope") == "openid profile email");
    CHECK(query.find("code_challenge_method") == "S256");
    CHECK(query.find("code_challenge")->size() == 43);
    CHECK(address.find(login.attempt.verifier) == address.npos);
    CHECK(query.find("redirect_uri") == login.attempt.redirect);
    const auto who = login.log_in();
    CHECK(who.subject == "subject-1");
    CHECK(who.name == "ann");
    CHECK(who.groups == std::vector<std::string>{"staff"});
    CHECK(login.there.last_authorization == "Basic YmVydGg6cyUzQWNyZXQ=");
    CHECK(login.there.last_form.find("s%3Acret") == std::string::npos);
}

TEST_CASE("a public client and one whose provider wants it in the body show who they are there") {
    Login open;
    open.options.client_secret = Secret();
    open.log_in();
    CHECK(open.there.last_authorization.empty());
    CHECK(net::Query(open.there.last_form).find("client_id") == "berth");
    Login posting;
    posting.there.discovery["token_endpoint_auth_methods_supported"] =
        json::Array{"client_secret_post"};
    posting.log_in();
    CHECK(posting.there.last_authorization.empty());
    CHECK(net::Query(posting.there.last_form).find("client_secret") == "s:cret");
}

TEST_CASE("what is not of this login is refused before anything is asked") {
    Login login;
    login.log_in();
    const auto asked = login.there.requests;
    login.attempt.state = "another";
    CHECK_THROWS_AS(
        login.provider().redeem(login.attempt, {.code = "good", .state = "the-state"}, {}),
        LoginFailure);
    CHECK(login.there.requests == asked);
    Login denied;
    denied.more = "&error=access_denied&error_description=no";
    CHECK(denied.failure() == "denied");
    Login broken;
    broken.more = "&error=invalid_scope";
    CHECK(broken.failure() == "refused");
    Login other;
    other.more = "&iss=https://evil.test";
    CHECK(other.failure() == "untrusted");
    Login nameless;
    nameless.there.discovery["authorization_response_iss_parameter_supported"] = true;
    CHECK(nameless.failure() == "untrusted");
}

TEST_CASE("every fault of a token has its word") {
    const auto failure = [](const json::Object& claims) {
        Login login;
        login.there.changed_claims = claims;
        return login.failure();
    };
    CHECK(failure({{"aud", "other"}}) == "audience");
    CHECK(failure({{"exp", 1}}) == "clock");
    CHECK(failure({{"nonce", "other"}}) == "untrusted");
    CHECK(failure({{"sub", nullptr}}) == "broken");
    CHECK(failure({{"sub", ""}}) == "broken");
    Login unsigned_login;
    unsigned_login.there.header["alg"] = "none";
    CHECK(unsigned_login.failure() == "untrusted");
    Login wrong_secret;
    wrong_secret.there.token_status = 401;
    CHECK(wrong_secret.failure() == "refused");
}

TEST_CASE("keys are kept, and fetched anew when the provider signs with another") {
    Login login;
    login.log_in();
    login.log_in();
    CHECK(login.there.key_requests == 1);
    login.there.key = std::make_unique<testing::SigningKey>("k2");
    CHECK(login.failure() == "untrusted"); // fetched a moment ago
    login.clock.advance(11s);
    CHECK(login.log_in().name == "ann");
    CHECK(login.there.key_requests == 2);
    // The same name, another key: a forgery until the set is an hour old.
    login.there.key = std::make_unique<testing::SigningKey>("k2");
    CHECK(login.failure() == "untrusted");
    login.clock.advance(1h);
    login.there.now += 3600;
    CHECK(login.log_in().name == "ann");
}

TEST_CASE("a provider that is away is asked again after a moment only") {
    Login login;
    login.there.down = true;
    CHECK(login.failure() == "unreachable");
    CHECK(login.failure() == "unreachable");
    CHECK(login.there.requests == 1);
    login.there.down = false;
    CHECK(login.failure() == "unreachable");
    login.clock.advance(5s);
    CHECK(login.failure() == "");
}

TEST_CASE("what the id_token does not say is asked of userinfo, about the same person") {
    Login login;
    login.there.changed_claims = {{"groups", nullptr}, {"preferred_username", nullptr}};
    login.there.userinfo = {{"groups", "ops"}, {"preferred_username", "bo"}, {"iss", "x"}};
    const auto who = login.log_in();
    CHECK(who.name == "bo");
    CHECK(who.groups == std::vector<std::string>{"ops"});
    login.there.userinfo["sub"] = "another";
    CHECK(login.failure() == "untrusted");
    login.there.userinfo["sub"] = nullptr;
    CHECK(login.failure() == "untrusted");
}

TEST_CASE("an issuer that is none is refused at the start") {
    Login login;
    login.options.issuer = "login.test";
    CHECK_THROWS_AS(login.provider(), Error);
}
