#include "identity/tenants.hpp"

#include "base/error.hpp"
#include "identity/identity_fixture.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <string>

namespace berth::identity {
namespace {

/// A user of the tenant, whose password is "vi".
access::User member(IdentityFixture& f, const std::string& name, const std::string& tenant,
                    Role role) {
    access::User user{.name = name, .password_hash = IdentityFixture::cheap("vi")};
    f.realm.settle(user, tenant, role);
    f.users.add(user);
    return user;
}

} // namespace

TEST_CASE("a tenant begins with a project and nobody, beside the first one") {
    IdentityFixture f;
    const auto acme = f.realm.add_tenant("acme");
    CHECK(acme.uid.size() == 24);
    CHECK(f.realm.tenants().find(acme.uid)->name == "acme");
    CHECK(f.realm.tenants().find_named("acme")->uid == acme.uid);
    CHECK(f.realm.projects().list(acme.uid).at(0).name == "Default");
    CHECK(f.realm.users_of(acme.uid).empty());
    CHECK(f.realm.users_of(f.realm.tenant().uid).size() == 3);
    f.realm.add_tenant("abc");
    Database again(f.scratch.path(), f.clock);
    const auto all = Tenants(again).list();
    REQUIRE(all.size() == 3);
    CHECK(all[0].uid == f.realm.tenant().uid); // first, whatever its name
    CHECK(all[1].name == "abc");
}

TEST_CASE("names of tenants are plain, and taken once") {
    IdentityFixture f;
    f.realm.add_tenant("acme");
    CHECK(code_of([&] { f.realm.add_tenant("acme"); }) == ErrorCode::conflict);
    CHECK(code_of([&] { f.realm.add_tenant("default"); }) == ErrorCode::conflict);
    for (const auto& name : {std::string(), std::string("Acme"), std::string("-a"),
                             std::string("a b"), std::string("a\n"), std::string(65, 'a')})
        CHECK(code_of([&] { f.realm.add_tenant(name); }) == ErrorCode::usage);
}

TEST_CASE("who logs in is of their tenant, with their role there and no right in the registry") {
    IdentityFixture f;
    const auto acme = f.realm.add_tenant("acme");
    for (const Role role : {Role::viewer, Role::editor, Role::tenant_admin}) {
        const auto name = "acme-" + std::string(text_of(role));
        const auto user = member(f, name, acme.uid, role);
        const auto person = f.realm.by_session(f.realm.sessions().begin(user));
        REQUIRE(person.has_value());
        CHECK(person->tenant == acme.uid);
        CHECK(person->role == role);
        const auto identity = f.users.authenticate(name, Secret("vi"));
        REQUIRE(identity.has_value());
        CHECK_FALSE(identity->admin);
        CHECK(identity->on("team/app").none());
    }
    f.users.make_public("open");
    CHECK(f.users.find("acme-tenant_admin")->may(access::Action::pull, "open/app"));
    CHECK(f.realm.person(f.user("admin"), Proof::session).tenant == f.realm.tenant().uid);
}

TEST_CASE("each tenant keeps an administrator of its own") {
    IdentityFixture f;
    const auto acme = f.realm.add_tenant("acme");
    member(f, "boss", acme.uid, Role::tenant_admin);
    const auto demote = [&](const char* name) {
        return code_of([&] {
            f.users.update(name, [](access::User& user) { set_role(user, Role::viewer); });
        });
    };
    CHECK(demote("boss") == ErrorCode::conflict);
    CHECK(demote("admin") == ErrorCode::conflict);
    CHECK(code_of([&] { f.users.remove("boss"); }) == ErrorCode::conflict);
    member(f, "second", acme.uid, Role::tenant_admin);
    CHECK_FALSE(demote("boss").has_value());
    CHECK(role_of(f.user("boss")) == Role::viewer);
}

TEST_CASE("a key of somebody who has gone opens nothing for one of that name in another tenant") {
    IdentityFixture f;
    const auto acme = f.realm.add_tenant("acme");
    const auto made = f.realm.keys().add(
        {.tenant = f.realm.tenant().uid, .owner = "ed", .name = "ci", .most = Right::see});
    CHECK(f.realm.by_key(made.text)->tenant == f.realm.tenant().uid);
    f.users.remove("ed");
    member(f, "ed", acme.uid, Role::tenant_admin);
    CHECK_FALSE(f.realm.by_key(made.text).has_value());
}

TEST_CASE("with a tenant go its people and what is theirs; the first one stays") {
    IdentityFixture f;
    const auto acme = f.realm.add_tenant("acme");
    const auto boss = member(f, "boss", acme.uid, Role::tenant_admin);
    const auto session = f.realm.sessions().begin(boss);
    const auto token = f.realm.issue_token(boss);
    const auto key = f.realm.keys().add({.tenant = acme.uid, .owner = "boss", .name = "ci"});
    f.realm.trail().add({.tenant = acme.uid,
                         .actor = "boss",
                         .proof = "session",
                         .action = "login",
                         .outcome = "success"});
    CHECK(code_of([&] { f.realm.remove_tenant(f.realm.tenant().uid); }) == ErrorCode::conflict);
    CHECK(code_of([&] { f.realm.remove_tenant("nothing"); }) == ErrorCode::not_found);
    CHECK(f.realm.users_of(acme.uid).size() == 1);
    f.realm.remove_tenant(acme.uid);
    CHECK_FALSE(f.realm.by_session(session).has_value());
    CHECK_FALSE(f.realm.by_text(Secret(token)).has_value());
    CHECK_FALSE(f.realm.by_key(key.text).has_value());
    CHECK(f.users.list().size() == 3);
    CHECK(f.realm.projects().list(acme.uid).empty());
    CHECK(f.realm.trail().count(acme.uid) == 0);
    CHECK(f.realm.tenants().list().size() == 1);
    CHECK(f.realm.tenants().removed() == std::vector{acme.uid});
    f.realm.tenants().forget_removed(acme.uid);
    CHECK(f.realm.tenants().removed().empty());
    CHECK(f.realm.add_tenant("acme").uid != acme.uid);
}

} // namespace berth::identity
