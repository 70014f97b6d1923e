#include "identity/audit_trail.hpp"
#include "identity/identity_fixture.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

namespace berth::identity {
namespace {

AuditRecord record(std::string tenant, std::string action) {
    return {.tenant = std::move(tenant),
            .actor = "ed",
            .proof = "session",
            .action = std::move(action),
            .object = "object",
            .outcome = "success",
            .ref = "ref"};
}

} // namespace

TEST_CASE("what was recorded comes back, newest first, in pages") {
    IdentityFixture fixture;
    auto& trail = fixture.realm.trail();
    const auto& tenant = fixture.realm.tenant().uid;
    for (int i = 1; i <= 5; ++i) {
        auto each = record(tenant, fmt::format("action {}", i));
        each.after = R"({"n":1})";
        CHECK(trail.add(each).size() == 24);
        fixture.clock.advance(std::chrono::seconds(1));
    }
    const auto first = trail.list(tenant, 0, 2);
    REQUIRE(first.size() == 2);
    CHECK(first[0].action == "action 5");
    CHECK(first[0].actor == "ed");
    CHECK(first[0].proof == "session");
    CHECK(first[0].object == "object");
    CHECK(first[0].outcome == "success");
    CHECK(first[0].ref == "ref");
    CHECK_FALSE(first[0].before.has_value());
    CHECK(first[0].after == R"({"n":1})");
    CHECK(first[0].at - first[1].at == std::chrono::seconds(1));
    const auto rest = trail.list(tenant, first[1].number, 10);
    REQUIRE(rest.size() == 3);
    CHECK(rest[2].action == "action 1");
    CHECK(trail.list("other", 0, 10).empty());
    CHECK(trail.count(tenant) == 5);
}

TEST_CASE("one tenant's records are counted and listed without looking at the others'") {
    IdentityFixture fixture;
    Database database(fixture.scratch.path(), fixture.clock);
    auto connection = database.pool().lease();
    for (const auto* asked : {"SELECT count(*) FROM audit WHERE tenant = 'a'",
                              "SELECT uid FROM audit WHERE tenant = 'a' AND id < 9 "
                              "ORDER BY id DESC LIMIT 5"}) {
        CAPTURE(asked);
        db::Statement plan = connection->prepare(fmt::format("EXPLAIN QUERY PLAN {}", asked));
        REQUIRE(plan.next());
        CHECK(plan.text(3).find("audit_of_tenant (tenant=?") != std::string::npos);
        CHECK_FALSE(plan.next());
    }
}

TEST_CASE("the oldest records go when there are too many") {
    IdentityFixture fixture;
    Database database(fixture.scratch.path(), fixture.clock);
    AuditTrail trail(database, 10);
    const auto& tenant = database.tenant().uid;
    trail.add(record("quiet", "kept"));
    for (int i = 1; i <= 25; ++i) trail.add(record(tenant, fmt::format("action {}", i)));
    CHECK(trail.count(tenant) == 10);
    const auto kept = trail.list(tenant, 0, 50);
    CHECK(kept.front().action == "action 25");
    CHECK(kept.back().action == "action 16");
    CHECK(trail.count("quiet") == 1); // nobody pushes another tenant's out
}

TEST_CASE("a document that is too long is left out, and that is said") {
    IdentityFixture fixture;
    auto& trail = fixture.realm.trail();
    auto long_one = record(fixture.realm.tenant().uid, "change");
    long_one.before = fmt::format("{:>{}}", "{}", 64 * 1024 + 1);
    long_one.after = fmt::format("{:<{}}", "{}", 64 * 1024);
    trail.add(long_one);
    const auto found = trail.list(fixture.realm.tenant().uid, 0, 1);
    CHECK(found[0].before == R"({"omitted":"longer than 64 KiB"})");
    CHECK(found[0].after == long_one.after);
}

} // namespace berth::identity
