#include "hosting/hosting_fixture.hpp"

#include <iterator>
#include <thread>

namespace berth::hosting {

using namespace std::chrono_literals;

TEST_CASE_FIXTURE(HostedFixture, "a pushed blob is visible in its repository and nowhere else") {
    const auto digest = push("team/app", "hello");
    const auto opened = registry().open_blob("team/app", digest);
    REQUIRE(opened);
    CHECK(opened->size == 5);
    CHECK_FALSE(registry().open_blob("team/other", digest));
}

TEST_CASE_FIXTURE(HostedFixture, "a blob's algorithm is learnt as late as the closing request") {
    const auto digest = push("a", "hello", oci::DigestAlgorithm::sha512);
    CHECK(digest.algorithm_name() == "sha512");
    CHECK(registry().open_blob("a", digest));
}

TEST_CASE_FIXTURE(HostedFixture, "an upload whose digest is another is refused and forgotten") {
    const auto id = registry().uploads().begin("a");
    MemorySource content("hello");
    registry().uploads().append("a", id, content, {}, {});
    CHECK(code_of([&] { registry().finish_upload("a", id, codec::digest_of("other")); }) ==
          ErrorCode::digest_invalid);
    CHECK(code_of([&] { registry().uploads().received("a", id); }) ==
          ErrorCode::blob_upload_unknown);
    CHECK(fs::is_empty(scratch.path / "uploads"));
}

TEST_CASE_FIXTURE(HostedFixture, "a chunk out of order takes nothing") {
    const auto id = registry().uploads().begin("a");
    MemorySource first("hello");
    registry().uploads().append("a", id, first, 0, 5);
    MemorySource again("hello");
    CHECK(code_of([&] { registry().uploads().append("a", id, again, 4, 5); }) ==
          ErrorCode::range_invalid);
    CHECK(registry().uploads().received("a", id) == 5);
}

namespace {

std::size_t open_descriptors() {
    const fs::directory_iterator all("/proc/self/fd");
    return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

} // namespace

TEST_CASE_FIXTURE(HostedFixture, "an upload that waits holds no descriptor, and goes on") {
    const auto id = registry().uploads().begin("a");
    const auto before = open_descriptors();
    for (int i = 0; i < 50; ++i) registry().uploads().begin("a");
    for (const auto* piece : {"hel", "lo"}) {
        MemorySource content(piece);
        registry().uploads().append("a", id, content, {}, {});
    }
    CHECK(open_descriptors() == before);
    registry().finish_upload("a", id, codec::digest_of("hello"));
    CHECK(registry().open_blob("a", codec::digest_of("hello")));
}

TEST_CASE("nobody can have all uploads, nor a repository, and those left give their place back") {
    HostedFixture fixture(
        {.directory = {}, .uploads = {.sessions = 5, .sessions_each = 2, .idle = 60s}});
    auto& uploads = fixture.registry().uploads();
    const auto first = uploads.begin("a", "ada");
    uploads.begin("b", "ada");
    CHECK(message_of([&] { uploads.begin("c", "ada"); }) ==
          "user \"ada\" has 2 uploads open, which is the limit");
    uploads.begin("b", "bob");
    CHECK(message_of([&] { uploads.begin("b", "eve"); }) ==
          "repository b has 2 uploads open, which is the limit");
    uploads.begin("d", "eve");
    uploads.begin("e", "eve");
    CHECK(message_of([&] { uploads.begin("f", "zoe"); }) ==
          "5 uploads are open, which is the limit");
    try {
        uploads.begin("f", "zoe");
    } catch (const Error& error) {
        CHECK(error.code() == ErrorCode::too_many_requests);
        CHECK(error.retry_after_seconds() > 0);
    }
    const auto left = std::distance(fs::directory_iterator(fixture.scratch.path / "uploads"),
                                    fs::directory_iterator());
    CHECK(left == 5); // what was refused left nothing behind
    uploads.cancel("a", first);
    CHECK_NOTHROW(uploads.begin("f", "zoe"));
    fixture.clock.advance(61s);
    CHECK(uploads.expire() == 5);
    for (const auto* user : {"ada", "eve"}) {
        uploads.begin("a", user);
        uploads.begin("b", user);
    }
}

TEST_CASE_FIXTURE(HostedFixture, "an upload belongs to the repository that it was begun for") {
    const auto id = registry().uploads().begin("a");
    CHECK(code_of([&] { registry().uploads().received("b", id); }) ==
          ErrorCode::blob_upload_unknown);
}

TEST_CASE_FIXTURE(HostedFixture, "a manifest is kept byte for byte and found by tag and digest") {
    const auto digest = push_image("a", "layer", {"v1", "latest"});
    const auto by_tag = registry().index().manifest("a", "v1");
    REQUIRE(by_tag);
    CHECK(by_tag->digest == digest);
    CHECK(by_tag->bytes == manifest_of("{}", "layer"));
    CHECK(by_tag->media_type == oci::media_type::oci_manifest);
    CHECK(registry().index().manifest("a", digest.text()));
    CHECK_FALSE(registry().index().manifest("a", "v2"));
    CHECK(registry().index().tags("a", "", 10)->names == std::vector<std::string>{"latest", "v1"});
    CHECK(registry().index().tags("a", "latest", 10)->names == std::vector<std::string>{"v1"});
}

TEST_CASE_FIXTURE(HostedFixture,
                  "a manifest that lists what is not there is refused and leaves nothing") {
    push("a", "{}");
    CHECK(code_of([&] {
              registry().put_manifest("a", manifest_of("{}", "layer"), "", {}, {"v1"}, {});
          }) == ErrorCode::manifest_blob_unknown);
    CHECK_FALSE(registry().index().manifest("a", "v1"));
    CHECK(registry().index().repositories("", 10).names.empty());
}

TEST_CASE_FIXTURE(HostedFixture,
                  "what is not allowed inside the transaction leaves everything as it was") {
    push_image("a", "layer", {"v1"});
    push("a", "other");
    const Allow refuse = [] { throw Error(ErrorCode::denied, "no more"); };
    CHECK(code_of([&] {
              registry().put_manifest("a", manifest_of("{}", "other"), "", {}, {"v1"}, refuse);
          }) == ErrorCode::denied);
    CHECK(registry().index().manifest("a", "v1")->bytes == manifest_of("{}", "layer"));

    const auto id = registry().uploads().begin("b");
    MemorySource content("late");
    registry().uploads().append("b", id, content, {}, {});
    const auto digest = codec::digest_of("late");
    CHECK(code_of([&] { registry().finish_upload("b", id, digest, refuse); }) == ErrorCode::denied);
    CHECK_FALSE(registry().index().blob("b", digest));
    CHECK_FALSE(registry().index().has_repository("b"));
}

TEST_CASE_FIXTURE(HostedFixture,
                  "repositories are found by the types of configs that they hold, and by name") {
    const std::array images{oci::media_type::oci_config, oci::media_type::docker_config};
    const std::array charts{oci::media_type::helm_config};
    const auto image = push_image("b/app", "layer", {"v1"});
    push_image("a/app", "layer", {"v1"});
    push_image("c/app", "layer", {"v1"});
    push_index("b/app", {image}, {"all"});
    const auto first = index().repositories({.config_types = images}, "", 2);
    CHECK(first.names == std::vector<std::string>{"a/app", "b/app"});
    CHECK(index().repositories({.config_types = images}, first.next.value(), 2).names ==
          std::vector<std::string>{"c/app"});
    CHECK(index().repositories({.config_types = charts}, "", 10).names.empty());
    CHECK(index().repositories({.name_part = "c/a"}, "", 10).names ==
          std::vector<std::string>{"c/app"});
    CHECK(index().repositories({.config_types = images, .name_part = "/app"}, "a/app", 1).names ==
          std::vector<std::string>{"b/app"});
    CHECK(index().repositories({.config_types = charts, .name_part = "/app"}, "", 9).names.empty());
    // What is in it counts, whatever it calls itself.
    push("d/chart", "layer");
    auto chart = oci::parse_manifest(manifest_of("layer", "layer"), "").value();
    chart.config.media_type = oci::media_type::helm_config;
    chart.artifact_type = "application/x.pier";
    const auto pushed = put("d/chart", oci::write_manifest(chart), {"1.0.0"});
    CHECK(index().repositories({.config_types = charts}, "", 10).names ==
          std::vector<std::string>{"d/chart"});
    CHECK(index().resolve("d/chart", "1.0.0").value().digest == pushed);
    CHECK(index().resolve("d/chart", "1.0.0").value().size == oci::write_manifest(chart).size());
    CHECK_FALSE(index().resolve("d/chart", "2.0.0").has_value());
    index().remove_manifest("d/chart", pushed);
    CHECK(index().repositories({.config_types = charts}, "", 10).names.empty());
}

TEST_CASE_FIXTURE(HostedFixture, "mounting needs the source to show the blob") {
    const auto digest = push("a", "hello");
    CHECK(registry().index().mount_blob("b", digest, "a"));
    CHECK(registry().open_blob("b", digest));
    CHECK_FALSE(registry().index().mount_blob("c", digest, "d"));
    CHECK_FALSE(registry().open_blob("c", digest));
}

TEST_CASE_FIXTURE(HostedFixture,
                  "referrers are found by subject, also before the subject is there") {
    push("a", "{}");
    const auto subject = codec::digest_of(manifest_of("{}", "later"));
    auto manifest = oci::parse_manifest(manifest_of("{}", "{}"), "").value();
    manifest.artifact_type = "application/x.sbom";
    manifest.subject = {
        .media_type = std::string(oci::media_type::oci_manifest), .digest = subject, .size = 10};
    manifest.annotations["k"] = "v";
    const auto put = registry().put_manifest("a", oci::write_manifest(manifest), "", {}, {}, {});
    REQUIRE(put.subject);
    const auto all = registry().index().referrers("a", subject, "", "", 10);
    REQUIRE(all.manifests.size() == 1);
    CHECK(all.manifests[0].digest == put.digest);
    CHECK(all.manifests[0].artifact_type == "application/x.sbom");
    CHECK(all.manifests[0].annotations.at("k") == "v");
    CHECK(registry().index().referrers("a", subject, "other/type", "", 10).manifests.empty());
    CHECK(registry().index().referrers("unknown", subject, "", "", 10).manifests.empty());
}

TEST_CASE_FIXTURE(HostedFixture, "garbage goes after its grace time, used content stays") {
    push_image("a", "layer", {"v1"});
    const auto unused = push("a", "unused");
    CHECK(collect_all() == 0);
    clock.advance(std::chrono::hours(25));
    CHECK(collect_all() >= 1);
    clock.advance(std::chrono::hours(25));
    collect_all();
    CHECK_FALSE(on_disk(unused));
    CHECK_FALSE(registry().open_blob("a", unused));
    CHECK(registry().open_blob("a", codec::digest_of("layer")));
}

TEST_CASE_FIXTURE(HostedFixture, "a deleted manifest lets go of its blobs, but not of another's") {
    const auto first = push_image("a", "one", {"v1"});
    push_image("a", "two", {"v2"});
    REQUIRE(registry().index().remove_manifest("a", first));
    CHECK_FALSE(registry().index().manifest("a", "v1"));
    for (int day = 0; day < 3; ++day) {
        clock.advance(std::chrono::hours(25));
        collect_all();
    }
    CHECK_FALSE(on_disk(codec::digest_of("one")));
    CHECK(on_disk(codec::digest_of("two")));
    CHECK(on_disk(codec::digest_of("{}")));
}

TEST_CASE_FIXTURE(HostedFixture, "a blob deleted under its manifest and pushed again is in use") {
    push_image("a", "layer", {"v1"});
    REQUIRE(registry().index().unlink_blob("a", codec::digest_of("layer")));
    CHECK_FALSE(registry().open_blob("a", codec::digest_of("layer")));
    push("a", "layer");
    for (int day = 0; day < 3; ++day) {
        clock.advance(std::chrono::hours(25));
        collect_all();
    }
    CHECK(registry().open_blob("a", codec::digest_of("layer")));
}

TEST_CASE_FIXTURE(HostedFixture, "a second process is refused the directory") {
    CHECK(code_of([&] { HostedRegistry second({.directory = scratch.path}, clock); }) ==
          ErrorCode::conflict);
}

TEST_CASE("what was pushed is there after a restart") {
    Scratch scratch;
    ManualClock clock;
    const auto digest = codec::digest_of("hello");
    {
        HostedRegistry registry({.directory = scratch.path}, clock);
        const auto id = registry.uploads().begin("a");
        MemorySource content("hello");
        registry.uploads().append("a", id, content, {}, {});
        registry.finish_upload("a", id, digest);
    }
    HostedRegistry again({.directory = scratch.path}, clock);
    CHECK(again.open_blob("a", digest));
}

TEST_CASE_FIXTURE(HostedFixture, "pushes, deletes and garbage collection may run at once") {
    std::vector<std::jthread> workers;
    for (int worker = 0; worker < 4; ++worker) {
        workers.emplace_back([this, worker] {
            const auto repository = fmt::format("r{}", worker % 2);
            for (int round = 0; round < 15; ++round) {
                const auto layer = fmt::format("layer {}", round % 3);
                const auto digest = push_image(repository, layer, {fmt::format("t{}", round)});
                if (round % 5 == 4) registry().index().remove_manifest(repository, digest);
                registry().collect_some();
            }
        });
    }
    workers.clear();
    for (const auto* repository : {"r0", "r1"}) {
        const auto page = registry().index().tags(repository, "", 100).value();
        for (const auto& tag : page.names) CHECK(registry().index().manifest(repository, tag));
    }
}

} // namespace berth::hosting
