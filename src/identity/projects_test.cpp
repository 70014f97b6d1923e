#include "identity/projects.hpp"

#include "base/error.hpp"
#include "identity/identity_fixture.hpp"

#include <doctest/doctest.h>

namespace berth::identity {
TEST_CASE("a tenant begins with one project, and keeps one") {
    IdentityFixture f;
    auto& projects = f.realm.projects();
    const auto tenant = f.realm.tenant().uid;
    const auto first = projects.list(tenant).at(0);
    CHECK(first.name == "Default");
    CHECK(code_of([&] { projects.remove(tenant, first.uid); }) == ErrorCode::conflict);
    const auto other = projects.add(tenant, "Other", "what for");
    CHECK(projects.remove(tenant, first.uid));
    CHECK_FALSE(projects.remove(tenant, first.uid));
    Database again(f.scratch.path(), f.clock);
    const auto left = Projects(again).list(tenant);
    REQUIRE(left.size() == 1); // "Default" does not come back
    CHECK(left[0].uid == other.uid);
    CHECK(left[0].description == "what for");
}

TEST_CASE("names of projects are their tenant's own") {
    IdentityFixture f;
    auto& projects = f.realm.projects();
    const auto tenant = f.realm.tenant().uid;
    const auto one = projects.add(tenant, "One", "");
    CHECK(code_of([&] { projects.add(tenant, "One", ""); }) == ErrorCode::conflict);
    CHECK(code_of([&] { projects.add(tenant, " ", ""); }) == ErrorCode::usage);
    CHECK(code_of([&] { projects.add(tenant, "a\nb", ""); }) == ErrorCode::usage);
    CHECK(code_of([&] { projects.add(tenant, "Long", std::string(2000, 'x')); }) ==
          ErrorCode::usage);
    CHECK(projects.add("another-tenant", "One", "").uid != one.uid);
    CHECK(code_of([&] { projects.change(tenant, one.uid, {.name = "Default"}); }) ==
          ErrorCode::conflict);
    f.clock.advance(std::chrono::seconds(1));
    const auto changed = projects.change(tenant, one.uid, {.name = "Uno"});
    CHECK(changed.modified > changed.created);
    CHECK(projects.find(tenant, one.uid)->name == "Uno");
}

TEST_CASE("a project of another tenant is not there") {
    IdentityFixture f;
    auto& projects = f.realm.projects();
    const auto foreign = projects.add("another-tenant", "Theirs", "");
    const auto tenant = f.realm.tenant().uid;
    CHECK_FALSE(projects.find(tenant, foreign.uid).has_value());
    CHECK_FALSE(projects.remove(tenant, foreign.uid));
    CHECK(code_of([&] { projects.change(tenant, foreign.uid, {.name = "Ours"}); }) ==
          ErrorCode::not_found);
    CHECK(projects.list(tenant).size() == 1);
    CHECK(projects.find("another-tenant", foreign.uid)->name == "Theirs");
}

} // namespace berth::identity
