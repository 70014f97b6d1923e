#include "access/token.hpp"

#include <doctest/doctest.h>

namespace berth::access {

namespace {

const Actions pull_only = Actions().with(Action::pull);
const Identity robot{.name = "robot", .grants = {{"team", pull_only}}};

} // namespace

TEST_CASE("scopes are read as docker, podman and helm send them") {
    const auto scopes = Scope::parse("repository:team/app:pull,push repository:host:5000/x:pull");
    REQUIRE(scopes.size() == 2);
    CHECK(scopes[0].name == "team/app");
    CHECK(scopes[0].actions.has(Action::push));
    CHECK(scopes[1].name == "host:5000/x");
    CHECK(Scope::parse("").empty());
    CHECK(Scope::parse("nonsense").empty());
    CHECK(Scope::parse("repository:a:fly")[0].actions.none());
    CHECK(scopes[0].text() == "repository:team/app:pull,push");
}

TEST_CASE("scopes with bytes that no name has are left out") {
    for (const auto* text : {"repository:a\x01:pull", "repository:caf\xc3\xa9:pull",
                             "repository:\xff:pull", "repository:a\tb:pull"}) {
        CAPTURE(text);
        CHECK(Scope::parse(text).empty());
    }
    CHECK(Scope::parse("repository:\xff:pull repository:a:pull").size() == 1);
}

TEST_CASE("a token that would be too long to be accepted is not given") {
    ManualClock clock;
    TokenIssuer issuer(Secret("0123456789abcdef0123456789abcdef"), "berth", clock);
    std::vector<Scope> scopes;
    for (int i = 0; i < 100; ++i) {
        scopes.push_back({.type = "repository",
                          .name = std::string(20, 'a'),
                          .actions = Actions().with(Action::pull)});
    }
    CHECK(issuer.verify(issuer.issue(robot, scopes)));
    for (auto& scope : scopes) scope.name = std::string(255, 'a');
    CHECK_THROWS_AS(issuer.issue(robot, scopes), Error);
}

TEST_CASE("a token carries what the identity may do of what was asked") {
    ManualClock clock;
    TokenIssuer issuer(Secret("0123456789abcdef0123456789abcdef"), "berth", clock);
    const auto text = issuer.issue(robot, Scope::parse("repository:team/app:pull,push"));
    const auto token = issuer.verify(text);
    REQUIRE(token);
    CHECK(token->subject == "robot");
    REQUIRE(token->access.size() == 1);
    CHECK(token->access[0].actions == pull_only);
}

TEST_CASE("a token is refused when it is old, foreign, changed or for another service") {
    ManualClock clock;
    TokenIssuer issuer(Secret("0123456789abcdef0123456789abcdef"), "berth", clock);
    TokenIssuer foreign(Secret("another key another key another!"), "berth", clock);
    TokenIssuer elsewhere(Secret("0123456789abcdef0123456789abcdef"), "elsewhere", clock);
    const auto text = issuer.issue(robot, {});
    CHECK_FALSE(foreign.verify(text));
    CHECK_FALSE(elsewhere.verify(text));
    CHECK_FALSE(issuer.verify(text + "x"));
    CHECK_FALSE(issuer.verify(""));
    CHECK_FALSE(issuer.verify("a.b.c"));
    // {"alg":"none"} with an empty signature.
    CHECK_FALSE(issuer.verify("eyJhbGciOiJub25lIn0." + text.substr(text.find('.') + 1)));
    CHECK(issuer.verify(text));
    clock.advance(TokenIssuer::lifetime + std::chrono::seconds(60));
    CHECK_FALSE(issuer.verify(text));
}

TEST_CASE("a refresh token stands for a user until the password changes, and opens nothing else") {
    ManualClock clock;
    TokenIssuer issuer(Secret("0123456789abcdef0123456789abcdef"), "berth", clock);
    const User user{.name = "robot", .password_hash = "$argon2id$one"};
    const auto text = issuer.issue_refresh(user);
    REQUIRE(issuer.verify_refresh(text, {user}));
    CHECK(issuer.verify_refresh(text, {user})->name == "robot");
    CHECK_FALSE(issuer.verify(text));
    CHECK_FALSE(issuer.verify_refresh(issuer.issue(robot, {}), {user}));
    CHECK_FALSE(issuer.verify_refresh(text, {}));
    CHECK_FALSE(issuer.verify_refresh(text, {{.name = "robot", .password_hash = "$argon2id$two"}}));
    CHECK_FALSE(issuer.verify_refresh(text, {{.name = "other", .password_hash = "$argon2id$one"}}));
    CHECK_FALSE(issuer.verify_refresh(text + "x", {user}));
    CHECK_FALSE(issuer.verify_refresh("", {user}));
    clock.advance(TokenIssuer::refresh_lifetime + std::chrono::minutes(1));
    CHECK_FALSE(issuer.verify_refresh(text, {user}));
}

} // namespace berth::access
