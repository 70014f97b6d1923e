#include "identity/realm.hpp"
#include "identity/identity_fixture.hpp"

#include <doctest/doctest.h>

#include <set>

namespace berth::identity {
namespace {

using std::chrono::minutes;

} // namespace

TEST_CASE("each role has its own rights and those of the roles before it") {
    struct Row {
        Role role;
        bool see, use, manage;
    };
    for (const auto& row :
         {Row{Role::viewer, true, false, false}, Row{Role::editor, true, true, false},
          Row{Role::tenant_admin, true, true, true}}) {
        CAPTURE(text_of(row.role));
        CHECK(may(row.role, Right::see) == row.see);
        CHECK(may(row.role, Right::use) == row.use);
        CHECK(may(row.role, Right::manage) == row.manage);
    }
}

TEST_CASE("an API key's right narrows its owner's role, and never widens it") {
    const Person narrowed{
        .tenant = "", .uid = "", .name = "", .role = Role::tenant_admin, .most = Right::see};
    CHECK(narrowed.may(Right::see));
    CHECK_FALSE(narrowed.may(Right::use));
    CHECK(most_of(narrowed) == Right::see);
    const Person viewer{
        .tenant = "", .uid = "", .name = "", .role = Role::viewer, .most = Right::manage};
    CHECK_FALSE(viewer.may(Right::manage));
    CHECK(most_of(viewer) == Right::see);
}

TEST_CASE("roles come from what users may do with repositories") {
    const auto pull = access::Actions().with(access::Action::pull);
    CHECK(role_of({.name = "a", .password_hash = "", .admin = true}) == Role::tenant_admin);
    CHECK(role_of({.name = "a", .password_hash = "", .grants = {{"x", pull}}}) == Role::viewer);
    CHECK(role_of({.name = "a", .password_hash = ""}) == Role::viewer);
    CHECK(role_of({.name = "a",
                   .password_hash = "",
                   .grants = {{"x", pull}, {"y", pull.with(access::Action::push)}}}) ==
          Role::editor);
}

TEST_CASE("uids are 24 hex digits, stable, and differ") {
    IdentityFixture fixture;
    const auto tenant = fixture.realm.tenant().uid;
    const auto project = fixture.realm.projects().list(tenant).at(0).uid;
    const std::set<std::string> all{uid_of("ed"), uid_of("vi"), tenant, project};
    CHECK(all.size() == 4);
    for (const auto& uid : all) {
        CHECK(uid.size() == 24);
        CHECK(uid.find_first_not_of("0123456789abcdef") == std::string::npos);
    }
    Realm again(fixture.scratch.path(), fixture.users, fixture.tokens, fixture.clock);
    CHECK(again.tenant().uid == tenant);
    CHECK(again.projects().list(tenant).at(0).uid == project);
    CHECK(uid_of("ed") == uid_of("ed"));
}

TEST_CASE("a person is found by a session, a token and a key, and the proof is told") {
    IdentityFixture fixture;
    auto& realm = fixture.realm;
    const auto ed = fixture.user("ed");
    const auto by_session = realm.by_session(realm.sessions().begin(ed));
    const auto by_token = realm.by_text(Secret(realm.issue_token(ed)));
    const auto key =
        realm.keys()
            .add({.tenant = realm.tenant().uid, .owner = "ed", .name = "ci", .most = Right::see})
            .text;
    const auto by_key = realm.by_text(key);
    REQUIRE(by_session);
    REQUIRE(by_token);
    REQUIRE(by_key);
    CHECK(by_session->proof == Proof::session);
    CHECK(by_token->proof == Proof::token);
    CHECK(by_key->proof == Proof::api_key);
    for (const auto& person : {*by_session, *by_token, *by_key}) {
        CHECK(person.name == "ed");
        CHECK(person.uid == uid_of("ed"));
        CHECK(person.tenant == realm.tenant().uid);
        CHECK(person.role == Role::editor);
    }
    CHECK(by_session->may(Right::use));
    CHECK_FALSE(by_key->may(Right::use));
    // A key is no session and a session no key.
    CHECK_FALSE(realm.by_session(key).has_value());
    CHECK_FALSE(realm.by_key(Secret(realm.issue_token(ed))).has_value());
}

TEST_CASE("a user who is gone is found by nothing") {
    IdentityFixture fixture;
    auto& realm = fixture.realm;
    const auto ed = fixture.user("ed");
    const auto session = realm.sessions().begin(ed);
    const Secret token(realm.issue_token(ed));
    const auto key =
        realm.keys().add({.tenant = realm.tenant().uid, .owner = "ed", .name = "ci"}).text;
    fixture.users.remove("ed");
    CHECK_FALSE(realm.by_session(session).has_value());
    CHECK_FALSE(realm.by_text(token).has_value());
    CHECK_FALSE(realm.by_text(key).has_value());
}

TEST_CASE("tokens of the management API and of the registry do not open each other's doors") {
    IdentityFixture fixture;
    const auto ed = fixture.user("ed");
    const auto ours = fixture.realm.issue_token(ed);
    CHECK_FALSE(fixture.tokens.verify(ours).has_value());
    CHECK_FALSE(fixture.tokens.verify_refresh(ours, fixture.users.list()).has_value());
    const auto identity = *fixture.users.find("ed");
    for (const auto& theirs : {fixture.tokens.issue(identity, {}), fixture.tokens.issue_refresh(ed),
                               fixture.tokens.issue_pass(ed, "/elsewhere", 0, minutes(5))}) {
        CHECK_FALSE(fixture.realm.by_text(Secret(theirs)).has_value());
        CHECK_FALSE(fixture.realm.refresh_token(theirs).has_value());
    }
}

TEST_CASE("a token lasts a quarter of an hour, and ends with the password") {
    IdentityFixture fixture;
    auto& realm = fixture.realm;
    const Secret token(realm.issue_token(fixture.user("ed")));
    fixture.clock.advance(minutes(15));
    CHECK(realm.by_text(token).has_value());
    fixture.clock.advance(std::chrono::seconds(31)); // clocks may differ by half a minute
    CHECK_FALSE(realm.by_text(token).has_value());

    const Secret another(realm.issue_token(fixture.user("ed")));
    fixture.users.update(
        "ed", [](access::User& user) { user.password_hash = IdentityFixture::cheap("vi"); });
    CHECK_FALSE(realm.by_text(another).has_value());
}

TEST_CASE("a token can be refreshed for twelve hours after its login, and no longer") {
    IdentityFixture fixture;
    auto& realm = fixture.realm;
    auto token = realm.issue_token(fixture.user("ed"));
    for (int i = 0; i < 12 * 6; ++i) {
        const auto next = realm.refresh_token(token);
        REQUIRE(next);
        CHECK(*next != token);
        token = *next;
        fixture.clock.advance(minutes(10));
    }
    CHECK_FALSE(realm.refresh_token(token).has_value());
    fixture.clock.advance(std::chrono::seconds(31));
    CHECK_FALSE(realm.by_text(Secret(token)).has_value());
}

} // namespace berth::identity
