#include "hosting/hosting_fixture.hpp"

#include <fstream>

namespace berth::hosting {

namespace {

struct ScrubFixture : HostedFixture {
    fs::path file_of(const oci::Digest& digest) const { return blobs().path_of(digest); }

    void flip_a_bit(const oci::Digest& digest) {
        const auto path = file_of(digest);
        fs::permissions(path, fs::perms::owner_write, fs::perm_options::add);
        std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
        const auto first = static_cast<char>(file.get());
        file.seekp(0);
        file.put(static_cast<char>(first ^ 1));
    }
    void run_sql(std::string_view sql) {
        index().database().write([&](db::Connection& connection) { return connection.run(sql); });
    }
    std::vector<Finding> report() {
        Index reading(scratch.path / "registry.sqlite", clock, options.policy,
                      Index::Mode::reading);
        const auto directory = blobs();
        Scrub scrub({.index = reading, .blobs = directory}, Scrub::Mode::report,
                    Scrub::Start::new_run);
        std::vector<Finding> all;
        for (;;) {
            auto step = scrub.step();
            all.insert(all.end(), step.findings.begin(), step.findings.end());
            if (step.done) return all;
        }
    }
    std::vector<std::string> set_aside() const {
        std::vector<std::string> names;
        if (!fs::exists(scratch.path / "damaged")) return names;
        for (const auto& file : fs::directory_iterator(scratch.path / "damaged"))
            names.push_back(file.path().filename());
        std::sort(names.begin(), names.end());
        return names;
    }
};

using Kind = Finding::Kind;

} // namespace

TEST_CASE_FIXTURE(ScrubFixture, "a sound registry has no findings") {
    push_image("a", "layer", {"v1"});
    push("b", "", oci::DigestAlgorithm::sha512);
    push("b", std::string(5'000'000, 'x'));
    CHECK(report().empty());
    CHECK(scrub_all().empty());
}

TEST_CASE_FIXTURE(ScrubFixture,
                  "a flipped bit is found, set aside, not served, and mended by a push") {
    push_image("a", "layer", {"v1"});
    const auto digest = codec::digest_of("layer");
    flip_a_bit(digest);
    const auto reported = report();
    REQUIRE(reported.size() == 1);
    CHECK(reported[0].kind == Kind::damaged_blob);
    CHECK(on_disk(digest));
    CHECK(registry().open_blob("a", digest)); // nobody has said so yet

    const auto found = scrub_all();
    REQUIRE(found.size() == 1);
    CHECK(found[0].kind == Kind::damaged_blob);
    CHECK(found[0].subject == digest.text());
    CHECK(found[0].detail.starts_with("its bytes have the digest sha256:"));
    CHECK_FALSE(on_disk(digest));
    CHECK(set_aside() == std::vector<std::string>{fmt::format("sha256-{}", digest.hex())});
    CHECK(code_of([&] { registry().open_blob("a", digest); }) == ErrorCode::blob_unknown);
    CHECK_FALSE(index().mount_blob("b", digest, "a"));
    CHECK(code_of([&] { put("a", manifest_of("{}", "layer"), {"v2"}); }) ==
          ErrorCode::manifest_blob_unknown);

    const auto later = scrub_all();
    REQUIRE(later.size() == 1);
    CHECK(later[0].kind == Kind::missing_blob);

    push("b", "layer");
    CHECK(registry().open_blob("a", digest));
    CHECK(scrub_all().empty());
    CHECK(set_aside().size() == 1); // never removed by us

    flip_a_bit(digest);
    scrub_all();
    CHECK(set_aside().size() == 2);
}

TEST_CASE_FIXTURE(ScrubFixture, "a blob that was cut short or lost its file is found") {
    const auto cut = push("a", "cut short");
    const auto lost = push("a", "lost");
    fs::resize_file(file_of(cut), 3);
    fs::remove(file_of(lost));
    CHECK(code_of([&] { registry().open_blob("a", cut); }) == ErrorCode::corrupt);
    CHECK(code_of([&] { registry().open_blob("a", lost); }) == ErrorCode::corrupt);
    const auto found = scrub_all();
    REQUIRE(found.size() == 2);
    CHECK(found[0].kind == Kind::damaged_blob);
    CHECK(found[0].detail == "its file has 3 bytes in place of 9");
    CHECK(found[1].kind == Kind::missing_blob);
    CHECK(code_of([&] { registry().open_blob("a", lost); }) == ErrorCode::blob_unknown);
    push("a", "lost");
    push("a", "cut short");
    CHECK(registry().open_blob("a", lost));
    CHECK(registry().open_blob("a", cut));
    CHECK(scrub_all().empty());
}

TEST_CASE_FIXTURE(ScrubFixture, "a file that comes back makes its blob sound again") {
    const auto digest = push("a", "hello");
    fs::rename(file_of(digest), scratch.path / "elsewhere");
    CHECK(scrub_all().size() == 1);
    fs::rename(scratch.path / "elsewhere", file_of(digest));
    CHECK(scrub_all().empty());
    CHECK(registry().open_blob("a", digest));
}

TEST_CASE_FIXTURE(ScrubFixture,
                  "a file that no row knows is removed, one with another name is not") {
    push("a", "hello");
    const auto stray = codec::digest_of("stray");
    blobs().make_parent(stray);
    std::ofstream(file_of(stray)) << "stray";
    const auto odd = file_of(codec::digest_of("hello")).parent_path() / "README";
    std::ofstream(odd) << "odd";
    const auto found = scrub_all();
    REQUIRE(found.size() == 2);
    CHECK(found[0].kind == Kind::stray_file);
    CHECK(found[1].kind == Kind::stray_file);
    CHECK_FALSE(on_disk(stray));
    CHECK(fs::exists(odd));
    CHECK(on_disk(codec::digest_of("hello")));
}

TEST_CASE_FIXTURE(ScrubFixture, "a manifest whose bytes are not its own is found") {
    push_image("a", "layer", {"v1"});
    run_sql("UPDATE manifests SET bytes = CAST('{}' AS BLOB)");
    const auto found = scrub_all();
    REQUIRE(found.size() == 2);
    CHECK(found[0].kind == Kind::damaged_manifest);
    CHECK(found[0].subject.starts_with("a@sha256:"));
    CHECK(found[1].kind == Kind::wrong_count); // the sums know its former length
}

TEST_CASE_FIXTURE(ScrubFixture, "each stored count that is wrong is found") {
    reopen({.quotas = {{.prefix = "team", .bytes = 1'000'000}}});
    const std::vector<std::string_view> mistakes{
        "UPDATE blobs SET links = links + 1",
        "UPDATE blobs SET unused_since = 1",
        "UPDATE links SET uses = uses + 1",
        "UPDATE links SET unused_since = 1",
        "UPDATE repositories SET manifests = manifests + 1",
        "UPDATE usage SET bytes = bytes + 1 WHERE prefix = 'team'",
        "UPDATE usage SET objects = objects - 1 WHERE prefix = ''",
        "UPDATE usage_blobs SET links = links + 1",
        "DELETE FROM usage_blobs",
        "DELETE FROM manifests",
        "UPDATE tags SET digest = 'sha256:0'",
    };
    for (const auto mistake : mistakes) {
        CAPTURE(mistake);
        ScrubFixture fresh;
        fresh.reopen(options.policy);
        fresh.push_image("team/a", "layer", {"v1"});
        CHECK(fresh.scrub_all().empty());
        fresh.run_sql(mistake);
        const auto found = fresh.scrub_all();
        CHECK_FALSE(found.empty());
        for (const auto& finding : found) CHECK(finding.kind == Kind::wrong_count);
    }
}

TEST_CASE_FIXTURE(ScrubFixture, "a large blob takes several steps of bounded size") {
    push("a", std::string(10'000'000, 'x'));
    std::uint64_t read = 0;
    for (;;) {
        const auto step = registry().scrub_some();
        CHECK(step.bytes <= 4 * 1024 * 1024);
        read += step.bytes;
        if (step.done) break;
    }
    CHECK(read == 10'000'000);
}

TEST_CASE_FIXTURE(ScrubFixture, "a scrub goes on after a restart where it was") {
    for (int i = 0; i < 250; ++i) push("a", fmt::format("blob {}", i));
    CHECK(registry().scrub_due(std::chrono::hours(1)));
    const auto first = registry().scrub_some();
    CHECK_FALSE(first.done);
    clock.advance(std::chrono::seconds(11));
    const auto second = registry().scrub_some(); // keeps where it is
    reopen({});
    std::uint64_t rest = 0;
    for (;;) {
        const auto step = registry().scrub_some();
        rest += step.bytes;
        if (step.done) break;
    }
    std::uint64_t all = 0;
    registry().restart_scrub();
    for (;;) {
        const auto step = registry().scrub_some();
        all += step.bytes;
        if (step.done) break;
    }
    CHECK(first.bytes + second.bytes + rest == all);
    CHECK_FALSE(registry().scrub_due(std::chrono::hours(1)));
    clock.advance(std::chrono::hours(2));
    CHECK(registry().scrub_due(std::chrono::hours(1)));
}

TEST_CASE_FIXTURE(ScrubFixture, "a blob that is collected while it is read is no finding") {
    const auto digest = push("a", std::string(9'000'000, 'x'));
    CHECK_FALSE(registry().scrub_some().done); // half way in it
    clock.advance(std::chrono::hours(25));
    collect_all();
    clock.advance(std::chrono::hours(25));
    collect_all();
    CHECK_FALSE(on_disk(digest));
    CHECK(scrub_all().empty());
}

} // namespace berth::hosting
