// People whom a provider vouches for, as users of this server; and roles as rights.
#include "identity/external.hpp"

#include "identity/identity_fixture.hpp"
#include "identity/role.hpp"

#include <doctest/doctest.h>

namespace berth::identity {
namespace {

const RoleRules rules{.tenant_admins = {"admins"}, .editors = {"devs"}, .viewers = {"staff"}};

ExternalPerson ann(std::vector<std::string> groups) {
    return {.provider = "corp", .subject = "1", .name = "ann", .groups = std::move(groups)};
}

std::string word_of(access::Users& users, const ExternalPerson& person) {
    try {
        admit(users, person, rules);
    } catch (const NotAdmitted& refused) {
        return std::string(refused.word());
    }
    return "";
}

} // namespace

TEST_CASE("the greatest role of any group counts") {
    CHECK(role_for(rules, {"staff", "admins"}) == Role::tenant_admin);
    CHECK(role_for(rules, {"staff", "devs"}) == Role::editor);
    CHECK(role_for(rules, {"staff"}) == Role::viewer);
    CHECK_FALSE(role_for(rules, {"other"}).has_value());
    CHECK_FALSE(role_for(rules, {}).has_value());
    CHECK_FALSE(role_for(rules, {"ADMINS"}).has_value());
    auto open = rules;
    open.others = Role::editor;
    CHECK(role_for(open, {}) == Role::editor);
    CHECK(role_for(open, {"staff"}) == Role::editor);
}

TEST_CASE("somebody new becomes a user whom no password lets in") {
    IdentityFixture f;
    const auto user = admit(f.users, ann({"devs"}), rules);
    CHECK(role_of(user) == Role::editor);
    CHECK(f.users.find("ann")->may(access::Action::push, "any/thing"));
    CHECK_FALSE(f.users.find("ann")->may(access::Action::remove, "any/thing"));
    CHECK_FALSE(f.users.authenticate("ann", Secret("")).has_value());
    CHECK(f.realm.person(user, Proof::session).role == Role::editor);
}

TEST_CASE("a role follows the groups at each login") {
    IdentityFixture f;
    admit(f.users, ann({"devs"}), rules);
    CHECK(role_of(admit(f.users, ann({"staff"}), rules)) == Role::viewer);
    CHECK(role_of(admit(f.users, ann({"admins"}), rules)) == Role::tenant_admin);
    f.users.remove("admin");
    CHECK(word_of(f.users, ann({"staff"})) == "last_admin");
    CHECK(word_of(f.users, ann({"unknown"})) == "not_mapped");
}

TEST_CASE("nobody becomes another user by taking their name") {
    IdentityFixture f;
    CHECK(word_of(f.users, {"corp", "1", "admin", {"devs"}}) == "name_taken");
    admit(f.users, ann({"devs"}), rules);
    CHECK(word_of(f.users, {"corp", "2", "ann", {"devs"}}) == "name_taken");
    CHECK(word_of(f.users, {"other", "1", "ann", {"devs"}}) == "name_taken");
    // The provider renamed them: they stay who they are.
    CHECK(admit(f.users, {"corp", "1", "ann-marie", {"devs"}}, rules).name == "ann");
    CHECK(word_of(f.users, {"corp", "3", "", {"devs"}}) == "no_name");
    CHECK(word_of(f.users, {"corp", "3", "a b", {"devs"}}) == "no_name");
}

TEST_CASE("a disabled user is not let in, and their sessions and keys open nothing") {
    IdentityFixture f;
    const auto user = admit(f.users, ann({"devs"}), rules);
    const auto session = f.realm.sessions().begin(user);
    const auto key = f.realm.keys().add(
        {.tenant = f.realm.tenant().uid, .owner = "ann", .name = "k", .most = Right::use});
    const auto token = f.realm.issue_token(user);
    CHECK(f.realm.by_session(session).has_value());
    f.users.update("ann", [](access::User& found) { found.disabled = true; });
    CHECK(word_of(f.users, ann({"devs"})) == "disabled");
    CHECK_FALSE(f.realm.by_session(session).has_value());
    CHECK_FALSE(f.realm.by_text(key.text).has_value());
    CHECK_FALSE(f.realm.by_text(Secret(token)).has_value());
    CHECK_FALSE(f.users.find("ann").has_value());
    // What is kept survives the file.
    access::Users again(f.scratch.path().parent_path() / "users.json", f.clock);
    CHECK(again.list().back().disabled);
    CHECK(again.list().back().external->subject == "1");
}

TEST_CASE("a session of somebody who was removed is not that of the next one of their name") {
    IdentityFixture f;
    const auto session = f.realm.sessions().begin(admit(f.users, ann({"devs"}), rules));
    f.users.remove("ann");
    admit(f.users, {"corp", "2", "ann", {"devs"}}, rules);
    CHECK_FALSE(f.realm.by_session(session).has_value());
}

TEST_CASE("the last admin who may log in stays one") {
    IdentityFixture f;
    const auto disable = [](access::User& user) { user.disabled = true; };
    CHECK_THROWS_AS(f.users.update("admin", disable), Error);
    f.users.update("vi", [](access::User& user) { set_role(user, Role::tenant_admin); });
    f.users.update("admin", disable);
    CHECK_THROWS_AS(f.users.remove("vi"), Error);
    CHECK_FALSE(f.users.authenticate("admin", Secret("admin")).has_value());
}

TEST_CASE("a change of role keeps the repositories, and takes what is beyond it") {
    IdentityFixture f;
    auto user = f.user("ed");
    set_role(user, Role::viewer);
    REQUIRE(user.grants.size() == 1);
    CHECK(user.grants[0].prefix == "team");
    CHECK_FALSE(user.grants[0].actions.has(access::Action::push));
    CHECK(role_of(user) == Role::viewer);
    set_role(user, Role::editor);
    CHECK(user.grants[0].prefix == "team");
    CHECK(role_of(user) == Role::editor);
    set_role(user, Role::tenant_admin);
    set_role(user, Role::viewer);
    CHECK(user.grants[0].actions == actions_of(Role::viewer));
    access::User bare{.name = "new", .password_hash = "x"};
    set_role(bare, Role::viewer);
    CHECK(bare.grants.at(0).prefix.empty());
    for (const auto role : {Role::viewer, Role::editor, Role::tenant_admin})
        CHECK(parse_role(text_of(role)) == role);
    CHECK_FALSE(parse_role("nobody").has_value());
}

} // namespace berth::identity
