#include "app/grant_text.hpp"

#include <doctest/doctest.h>

namespace berth::app {

using access::Action;

TEST_CASE("a prefix is written in several ways") {
    CHECK(prefix_of("team") == "team");
    CHECK(prefix_of("team/") == "team");
    CHECK(prefix_of("team/**") == "team");
    CHECK(prefix_of("team/app/*") == "team/app");
    CHECK(prefix_of("*").empty());
    CHECK(prefix_of("**").empty());
    CHECK(shown_prefix("") == "*");
    CHECK(shown_prefix("team") == "team");
}

TEST_CASE("what no repository is called is no prefix") {
    for (const auto* text : {"", "/", "Team", "team**", "te*m", "../x", "a//b", "team/-", "\n"}) {
        CAPTURE(text);
        CHECK_THROWS_AS(prefix_of(text), Error);
    }
}

TEST_CASE("a grant is a prefix and actions") {
    const auto grant = grant_of("team=pull,push");
    CHECK(grant.prefix == "team");
    CHECK(grant.actions.names() == std::vector<std::string>{"pull", "push"});
    CHECK(grant_of("*=*").actions == access::Actions::all());
    for (const auto* text : {"team", "=pull", "team=", "team=own", "team=pull;push"}) {
        CAPTURE(text);
        CHECK_THROWS_AS(grant_of(text), Error);
    }
}

TEST_CASE("grants on one prefix add up and are taken one by one") {
    access::User user{.name = "ann", .password_hash = {}};
    add_grant(user, grant_of("team=pull"));
    add_grant(user, grant_of("team=push"));
    add_grant(user, grant_of("other=pull"));
    REQUIRE(user.grants.size() == 2);
    CHECK(user.grants[0].actions.has(Action::push));
    CHECK(take_grant(user, grant_of("team=push,delete")));
    CHECK_FALSE(take_grant(user, grant_of("team=push")));
    CHECK(user.grants[0].actions.has(Action::pull));
    CHECK(take_grant(user, grant_of("team=*")));
    CHECK(user.grants.size() == 1);
    CHECK_FALSE(take_grant(user, grant_of("team/app=pull")));
}

} // namespace berth::app
