#include "hosting/hosting_fixture.hpp"

#include <algorithm>
#include <atomic>
#include <thread>

namespace berth::hosting {

namespace {

using namespace std::chrono_literals;

constexpr auto day = std::chrono::hours(24);

struct RetentionFixture : HostedFixture {
    void rule(RetentionRule wanted) { reopen({.retention = {std::move(wanted)}}); }

    /// Tags t0 (oldest) to t4 in repository "a", a day apart, and now a day after the last.
    void five_tags() {
        for (int i = 0; i < 5; ++i) {
            push_image("a", fmt::format("layer {}", i), {fmt::format("t{}", i)});
            clock.advance(day);
        }
    }
    std::string tags(std::string_view repository = "a") {
        const auto page = index().tags(repository, "", 100);
        return page ? fmt::format("{}", fmt::join(page->names, " ")) : "none";
    }
    std::vector<std::string> dry_run() {
        Index reading(scratch.path / "registry.sqlite", clock, options.policy,
                      Index::Mode::reading);
        Retention run(reading, Retention::Mode::dry_run, options.grace);
        return names_of(all_of(run));
    }
    static std::vector<Retired> all_of(Retention& run) {
        std::vector<Retired> all;
        for (;;) {
            auto step = run.step();
            all.insert(all.end(), step.retired.begin(), step.retired.end());
            if (step.done) return all;
        }
    }
    static std::vector<std::string> names_of(const std::vector<Retired>& retired) {
        std::vector<std::string> names;
        for (const auto& each : retired)
            names.push_back(each.repository +
                            (each.tag.empty() ? "@" + each.digest : ":" + each.tag));
        std::sort(names.begin(), names.end());
        return names;
    }
};

} // namespace

TEST_CASE_FIXTURE(RetentionFixture, "what each part of a rule keeps") {
    struct Row {
        const char* what;
        RetentionRule rule;
        const char* left;
    };
    const std::vector<Row> rows{
        {"no part: tags are left alone", {}, "t0 t1 t2 t3 t4"},
        {"the two newest", {.keep_newest = 2}, "t3 t4"},
        {"more than there are", {.keep_newest = 50}, "t0 t1 t2 t3 t4"},
        {"none of the newest", {.keep_newest = 0}, ""},
        {"younger than two days and a bit", {.keep_younger = 2 * day + 1h}, "t3 t4"},
        {"by name", {.keep_tags = {"t[02]"}}, "t0 t2"},
        {"by name or age", {.keep_tags = {"t0"}, .keep_newest = 1}, "t0 t4"},
        {"another repository", {.repositories = "b/**", .keep_newest = 0}, "t0 t1 t2 t3 t4"},
        {"by a pattern of repositories", {.repositories = "[ab]", .keep_newest = 1}, "t4"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.what);
        RetentionFixture fresh;
        fresh.five_tags();
        fresh.rule(row.rule);
        const auto planned = fresh.dry_run();
        CHECK(fresh.tags() == "t0 t1 t2 t3 t4");
        CHECK(RetentionFixture::names_of(fresh.retain_all()) == planned);
        CHECK(fresh.tags() == row.left);
        CHECK(fresh.dry_run().empty());
        CHECK(fresh.recount_all().empty());
    }
}

TEST_CASE_FIXTURE(RetentionFixture, "a push of the same content makes a tag new again") {
    five_tags();
    put("a", manifest_of("{}", "layer 0"), {"t0"});
    rule({.keep_newest = 1});
    retain_all();
    CHECK(tags() == "t0");
}

TEST_CASE_FIXTURE(RetentionFixture, "immutable tags stay") {
    five_tags();
    reopen({.retention = {{.keep_newest = 1}}, .immutable = {{.tags = {"t1"}}}});
    CHECK(dry_run().size() == 6); // three tags and their manifests
    retain_all();
    CHECK(tags() == "t1 t4");
    CHECK(index().manifest("a", "t1"));
}

TEST_CASE_FIXTURE(RetentionFixture, "the first rule that matches a repository counts") {
    five_tags();
    push_image("b", "layer", {"old"});
    clock.advance(2 * day);
    reopen({.retention = {{.repositories = "a", .keep_newest = 3}, {.keep_newest = 0}}});
    retain_all();
    CHECK(tags("a") == "t2 t3 t4");
    CHECK(tags("b").empty());
}

TEST_CASE_FIXTURE(RetentionFixture,
                  "untagged manifests go after their grace time and their blobs follow") {
    const auto loose = push_image("a", "loose", {});
    const auto tagged = push_image("a", "tagged", {"v1"});
    rule({});
    retain_all();
    CHECK(has("a", loose));
    clock.advance(25h);
    retain_all();
    CHECK_FALSE(has("a", loose));
    CHECK(has("a", tagged));
    for (int i = 0; i < 3; ++i) {
        clock.advance(25h);
        collect_all();
    }
    CHECK_FALSE(on_disk(codec::digest_of("loose")));
    CHECK(on_disk(codec::digest_of("tagged")));
    CHECK(recount_all().empty());
}

TEST_CASE_FIXTURE(RetentionFixture, "a rule may leave untagged manifests alone") {
    const auto loose = push_image("a", "loose", {});
    clock.advance(2 * day);
    rule({.remove_untagged = false});
    CHECK(retain_all().empty());
    CHECK(has("a", loose));
}

TEST_CASE_FIXTURE(RetentionFixture, "a manifest that loses its tag to a push has its grace time") {
    const auto old = push_image("a", "old", {"latest"});
    clock.advance(3 * day);
    push_image("a", "new", {"latest"});
    rule({});
    clock.advance(23h);
    CHECK(retain_all().empty());
    CHECK(has("a", old)); // pulls that resolved the tag before go on
    clock.advance(2h);
    retain_all();
    CHECK_FALSE(has("a", old));
}

TEST_CASE_FIXTURE(RetentionFixture, "children follow their indexes and referrers their subjects") {
    const auto child = push_image("a", "child", {});
    const auto shared = push_image("a", "shared", {});
    const auto inner = push_index("a", {child, shared}, {});
    const auto outer = push_index("a", {inner}, {"old"});
    const auto signature = push_referrer("a", outer, "signature");
    const auto of_child = push_referrer("a", child, "sbom");
    const auto countersigned = push_referrer("a", signature, "countersignature");
    clock.advance(day);
    const auto kept = push_index("a", {shared}, {"new"});
    const auto kept_signature = push_referrer("a", shared, "kept");
    clock.advance(day);
    rule({.keep_newest = 1});
    const auto planned = dry_run();
    CHECK(planned.size() == 7); // a tag and six manifests
    for (const auto& digest : {child, inner, outer, signature, of_child, countersigned})
        CHECK(has("a", digest));
    CHECK(names_of(retain_all()) == planned);
    for (const auto& digest : {child, inner, outer, signature, of_child, countersigned})
        CHECK_FALSE(has("a", digest));
    for (const auto& digest : {shared, kept, kept_signature}) CHECK(has("a", digest));
    CHECK(recount_all().empty());
}

TEST_CASE_FIXTURE(RetentionFixture,
                  "a referrer whose subject never came goes after its grace time") {
    const auto subject = codec::digest_of("never pushed");
    const auto referrer = push_referrer("a", subject, "sbom");
    rule({});
    CHECK(retain_all().empty());
    clock.advance(25h);
    retain_all();
    CHECK_FALSE(has("a", referrer));
}

TEST_CASE_FIXTURE(RetentionFixture, "a young index keeps what it lists") {
    const auto child = push_image("a", "child", {});
    clock.advance(2 * day);
    push_index("a", {child}, {});
    rule({});
    CHECK(retain_all().empty());
}

TEST_CASE_FIXTURE(RetentionFixture, "hundreds of tags and manifests go in steps") {
    push("a", "{}");
    push("a", "layer");
    auto manifest = oci::parse_manifest(manifest_of("{}", "layer"), "").value();
    for (int i = 0; i < 350; ++i) {
        manifest.annotations["number"] = fmt::format("{}", i);
        put("a", oci::write_manifest(manifest), {fmt::format("t{:03}", i)});
        clock.advance(1s);
    }
    clock.advance(2 * day);
    rule({.keep_newest = 20});
    std::size_t largest = 0;
    std::size_t all = 0;
    for (;;) {
        const auto step = registry().retain_some();
        largest = std::max(largest, step.retired.size());
        all += step.retired.size();
        if (step.done) break;
    }
    CHECK(all == 660);
    CHECK(largest <= 100);
    CHECK(index().tags("a", "", 1)->names.front() == "t330");
    CHECK(recount_all().empty());
}

TEST_CASE_FIXTURE(RetentionFixture, "without rules nothing is looked at") {
    five_tags();
    CHECK(registry().retain_some().done);
    CHECK(tags() == "t0 t1 t2 t3 t4");
}

TEST_CASE_FIXTURE(RetentionFixture, "what is pushed between plan and removal stays") {
    five_tags();
    rule({.keep_newest = 1});
    Retention run(index(), Retention::Mode::remove, options.grace);
    const auto plan = [&] {
        auto step = run.look();
        while (step.retired.empty() && !step.done) step = run.look();
        return step.retired;
    };
    const auto tags_due = plan();
    REQUIRE(tags_due.size() == 4);
    put("a", manifest_of("{}", "layer 0"), {"t0"});
    CHECK(run.remove(tags_due).size() == 3);
    CHECK(tags() == "t0 t4");
    const auto manifests_due = plan();
    REQUIRE(manifests_due.size() == 3);
    const auto again = put("a", manifest_of("{}", "layer 1"), {"again"});
    CHECK(run.remove(manifests_due).size() == 2);
    CHECK(has("a", again));
    CHECK(recount_all().empty());
}

TEST_CASE_FIXTURE(RetentionFixture, "rules that change between plan and removal count") {
    five_tags();
    rule({.keep_newest = 1});
    Retention run(index(), Retention::Mode::remove, options.grace);
    auto step = run.look();
    while (step.retired.empty()) step = run.look();
    REQUIRE(step.retired.size() == 4);
    index().set_policy({.retention = {{.keep_newest = 1}}, .immutable = {{.tags = {"t1"}}}});
    CHECK(run.remove(step.retired).size() == 3);
    CHECK(tags() == "t1 t4");
    index().set_policy({});
    CHECK(run.look().done);
    CHECK(tags() == "t1 t4");
}

TEST_CASE_FIXTURE(RetentionFixture,
                  "pushes and retention at once leave no tag without its manifest") {
    options.grace = 0s;
    reopen({.retention = {{.keep_newest = 3}}});
    std::atomic<bool> done = false;
    {
        std::jthread retention([&] {
            while (!done) registry().retain_some();
        });
        std::vector<std::jthread> workers;
        for (int worker = 0; worker < 3; ++worker) {
            workers.emplace_back([&, worker] {
                for (int round = 0; round < 40; ++round) {
                    const auto layer = fmt::format("layer {}", round % 7);
                    try {
                        push_image("a", layer, {fmt::format("w{}-{}", worker, round % 5)});
                    } catch (const Error& error) {
                        // Without grace nothing that is not named yet is safe.
                        CHECK(error.code() == ErrorCode::manifest_blob_unknown);
                    }
                }
            });
        }
        workers.clear();
        done = true;
    }
    const auto page = index().tags("a", "", 100).value();
    for (const auto& tag : page.names) CHECK(index().manifest("a", tag));
    CHECK(recount_all().empty());
}

} // namespace berth::hosting
