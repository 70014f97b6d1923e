#include "hosting/hosting_fixture.hpp"

#include <atomic>
#include <thread>

namespace berth::hosting {

namespace {

/// The sums of a prefix, as "bytes/objects".
std::string sums(HostedFixture& fixture, std::string_view prefix) {
    const auto usage = fixture.index().usage(prefix);
    return fmt::format("{}/{}", usage.bytes, usage.objects);
}

Policy quota(std::string prefix, std::optional<std::uint64_t> bytes,
             std::optional<std::uint64_t> objects = {}) {
    return {.quotas = {{.prefix = std::move(prefix), .bytes = bytes, .objects = objects}}};
}

} // namespace

TEST_CASE_FIXTURE(HostedFixture,
                  "a blob counts once in a prefix, however many repositories show it") {
    reopen(quota("team", 1000));
    push("team/a", "12345");
    push("team/b", "12345");
    push("other", "12345");
    CHECK(sums(*this, "team") == "5/1");
    CHECK(sums(*this, "") == "5/1");
    CHECK(sums(*this, "other") == "5/1");
    push("team/a", "1234567");
    CHECK(sums(*this, "team") == "12/2");
    CHECK(recount_all().empty());
}

TEST_CASE_FIXTURE(HostedFixture, "names that only begin like a prefix are not below it") {
    reopen(quota("team", 1000));
    push("team-a/x", "123");
    push("team.b", "1234");
    push("teams", "12345");
    CHECK(sums(*this, "team") == "0/0");
    push("team", "1");
    push("team/x/y/z", "12");
    CHECK(sums(*this, "team") == "3/2");
    CHECK(sums(*this, "team/x") == "2/1");
    CHECK(recount_all().empty());
}

TEST_CASE_FIXTURE(HostedFixture,
                  "a push up to the limit is taken, one byte more is denied by name") {
    reopen(quota("team", 10));
    push("team/a", "1234567890");
    const auto refusal = message_of([&] { push("team/a", "x"); });
    CHECK(refusal == "the quota of \"team\" is 10 bytes: 10 are used and 1 more are wanted");
    CHECK(code_of([&] { push("team/b", "x"); }) == ErrorCode::denied);
    CHECK_FALSE(on_disk(codec::digest_of("x")));
    CHECK(sums(*this, "team") == "10/1");
    // What is there takes no room, also where it is new.
    push("team/b", "1234567890");
    push("elsewhere", "x");
    CHECK(recount_all().empty());
}

TEST_CASE_FIXTURE(HostedFixture, "each prefix above a repository has its say") {
    reopen({.quotas = {{.prefix = "", .bytes = 100},
                       {.prefix = "team", .bytes = 50},
                       {.prefix = "team/app", .bytes = 10}}});
    CHECK(code_of([&] { push("team/app/web", "12345678901"); }) == ErrorCode::denied);
    push("team/web", "12345678901");
    push("team/app", "1234567890");
    CHECK(sums(*this, "team/app") == "10/1");
    CHECK(sums(*this, "team") == "21/2");
    CHECK(code_of([&] { push("other", std::string(80, 'x')); }) == ErrorCode::denied);
    CHECK(sums(*this, "") == "21/2");
}

TEST_CASE_FIXTURE(HostedFixture, "manifests count with their bytes and as objects") {
    reopen(quota("team", {}, 3));
    push_image("team/a", "layer", {"v1"});
    const auto manifest = manifest_of("{}", "layer");
    CHECK(sums(*this, "team") == fmt::format("{}/3", 2 + 5 + manifest.size()));
    CHECK(code_of([&] { push("team/a", "another"); }) == ErrorCode::denied);
    put("team/a", manifest, {"v2"}); // it is there
    index().mount_blob("team/b", codec::digest_of("{}"), "team/a");
    index().mount_blob("team/b", codec::digest_of("layer"), "team/a");
    CHECK(code_of([&] { put("team/b", manifest, {"v1"}); }) == ErrorCode::denied);
    CHECK_FALSE(index().manifest("team/b", "v1"));
    CHECK(recount_all().empty());
}

TEST_CASE_FIXTURE(HostedFixture, "a mount is held to the quota of where it goes") {
    reopen(quota("small", 4));
    const auto digest = push("big", "12345");
    CHECK(code_of([&] { index().mount_blob("small/a", digest, "big"); }) == ErrorCode::denied);
    CHECK_FALSE(index().blob("small/a", digest));
    CHECK(sums(*this, "small") == "0/0");
    CHECK(recount_all().empty());
}

TEST_CASE_FIXTURE(HostedFixture, "deletion and collection give the room back") {
    reopen(quota("team", manifest_of("{}", "layer").size() + 7));
    const auto image = push_image("team/a", "layer", {"v1"});
    push("team/b", "layer");
    CHECK(code_of([&] { push("team/a", std::string(200, 'x')); }) == ErrorCode::denied);
    REQUIRE(index().remove_manifest("team/a", image));
    CHECK(sums(*this, "team") == "7/2");
    REQUIRE(index().unlink_blob("team/a", codec::digest_of("layer")));
    CHECK(sums(*this, "team") == "7/2"); // team/b shows it still
    REQUIRE(index().unlink_blob("team/b", codec::digest_of("layer")));
    CHECK(sums(*this, "team") == "2/1");
    clock.advance(std::chrono::hours(25));
    collect_all();
    CHECK(sums(*this, "team") == "0/0");
    push("team/a", std::string(200, 'x'));
    CHECK(recount_all().empty());
}

TEST_CASE_FIXTURE(HostedFixture, "a prefix that gets a quota later is counted once, at start") {
    push_image("team/a", "layer", {"v1"});
    push("team/b", "layer");
    push("team-x", "nobody counts this");
    const auto before = index().usage("team");
    reopen(quota("team/", 10'000));
    CHECK(index().usage("team").bytes == before.bytes);
    CHECK(index().usage("team").objects == 3);
    CHECK(index().usage().size() == 2);
    CHECK(recount_all().empty());
    push("team/c", "more");
    CHECK(index().usage("team").bytes == before.bytes + 4);
    reopen({});
    push("team/c", "and more");
    REQUIRE(index().usage().size() == 1);
    CHECK(index().usage()[0].prefix.empty());
    reopen(quota("team", 10'000));
    CHECK(recount_all().empty());
    CHECK(index().usage("team").bytes == before.bytes + 12);
}

TEST_CASE_FIXTURE(HostedFixture,
                  "a limit below what is there refuses what is new and nothing else") {
    push_image("team/a", "layer", {"v1"});
    reopen(quota("team", 1));
    put("team/a", manifest_of("{}", "layer"), {"v2"});
    push("team/b", "layer");
    CHECK(code_of([&] { push("team/b", "new"); }) == ErrorCode::denied);
    CHECK(recount_all().empty());
}

TEST_CASE_FIXTURE(HostedFixture, "an upload that cannot fit is refused when its length is known") {
    reopen(quota("team", 10));
    const auto id = registry().uploads().begin("team/a");
    MemorySource content("this is longer than that");
    CHECK(code_of([&] { registry().uploads().append("team/a", id, content, {}, 24); }) ==
          ErrorCode::denied);
    CHECK(registry().uploads().received("team/a", id) == 0);
    push("team/a", "12345678");
    CHECK(code_of([&] { registry().require_room("team/a", 8, codec::digest_of("87654321")); }) ==
          ErrorCode::denied);
    registry().require_room("team/a", 8, codec::digest_of("12345678")); // it is there already
    registry().require_room("team/a", 8, std::nullopt);                 // it may be
    registry().require_room("elsewhere", 80, std::nullopt);
}

TEST_CASE_FIXTURE(HostedFixture, "pushes at once never get past a quota together") {
    constexpr std::uint64_t limit = 100;
    reopen(quota("team", limit));
    std::atomic<int> taken = 0;
    std::atomic<int> denied = 0;
    {
        std::vector<std::jthread> workers;
        for (int worker = 0; worker < 8; ++worker) {
            workers.emplace_back([&, worker] {
                for (int round = 0; round < 8; ++round) {
                    // Nine bytes each; every third one is shared by all workers.
                    const auto owner = round % 3 == 0 ? 9 : worker;
                    const auto bytes = fmt::format("blob {} {:02}", owner, round);
                    const auto repository = fmt::format("team/r{}", worker % 3);
                    const auto outcome = code_of([&] {
                        push(repository, bytes);
                        throw Error(ErrorCode::cancelled, "taken");
                    });
                    ++(outcome == ErrorCode::cancelled ? taken : denied);
                    CHECK((outcome == ErrorCode::cancelled || outcome == ErrorCode::denied));
                    CHECK(index().usage("team").bytes <= limit);
                }
            });
        }
    }
    CHECK(taken + denied == 64);
    CHECK(denied > 0);
    const auto usage = index().usage("team");
    CHECK(usage.bytes == 99);
    CHECK(usage.objects == 11);
    CHECK(recount_all().empty());
    CHECK(scrub_all().empty()); // no file was left behind by a push that was refused
}

} // namespace berth::hosting
