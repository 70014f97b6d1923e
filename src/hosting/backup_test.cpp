#include "hosting/backup.hpp"

#include "base/file.hpp"
#include "codec/hasher.hpp"
#include "db/connection.hpp"
#include "hosting/hosted_registry.hpp"
#include "oci/manifest.hpp"
#include "oci/media_type.hpp"
#include "store/temporary_directory.hpp"

#include <doctest/doctest.h>

#include <functional>

namespace berth::hosting {

namespace {

namespace fs = std::filesystem;

oci::Digest push_blob(HostedRegistry& registry, const std::string& bytes) {
    const auto digest = codec::digest_of(bytes);
    const auto id = registry.uploads().begin("team/app");
    MemorySource content(bytes);
    registry.uploads().append("team/app", id, content, {}, {});
    registry.finish_upload("team/app", id, digest);
    return digest;
}

struct Fixture {
    store::TemporaryDirectory scratch;
    fs::path data = scratch.path() / "data";
    fs::path backup = scratch.path() / "backup";
    fs::path again = scratch.path() / "again";
    ManualClock clock;
    registry::NoProgress progress;

    BackupReport back_up() { return hosting::back_up({data, backup}, clock, progress, {}); }
    BackupReport restore() { return hosting::restore({backup, again}, clock, progress, {}); }

    oci::Digest push_image(HostedRegistry& registry, const std::string& layer) {
        const auto part = [&](const std::string& bytes, std::string_view type) {
            return oci::Descriptor{.media_type = std::string(type),
                                   .digest = push_blob(registry, bytes),
                                   .size = bytes.size()};
        };
        const oci::Manifest manifest{.media_type = std::string(oci::media_type::oci_manifest),
                                     .artifact_type = {},
                                     .config = part("{}", oci::media_type::oci_config),
                                     .layers = {part(layer, oci::media_type::oci_layer)},
                                     .subject = {},
                                     .annotations = {}};
        return registry
            .put_manifest("team/app", oci::write_manifest(manifest), oci::media_type::oci_manifest,
                          {}, {layer}, {})
            .digest;
    }

    fs::path file_of(const fs::path& directory, const std::string& bytes) {
        return store::BlobDirectory(directory / "blobs", store::BlobDirectory::Depth::sharded)
            .path_of(codec::digest_of(bytes));
    }
};

Error error_of(const std::function<void()>& act) {
    try {
        act();
    } catch (const Error& error) {
        return error;
    }
    return {};
}

} // namespace

TEST_CASE_FIXTURE(Fixture, "a registry that is served is backed up, and restored whole") {
    oci::Digest digest = codec::digest_of("");
    {
        HostedRegistry registry({.directory = data}, clock);
        digest = push_image(registry, "one");
        push_blob(registry, "a push that has not ended");
        replace_file(data / "users.json", "{}", 0600);
        const auto report = back_up();
        CHECK(report.blobs == 2);
        CHECK(report.copied_blobs == 2);
        CHECK(report.copied_bytes == 5);
        CHECK(report.lost.empty());
        push_image(registry, "later");
    }
    CHECK(restore().copied_blobs == 2);
    HostedRegistry restored({.directory = again}, clock);
    REQUIRE(restored.index().manifest("team/app", "one"));
    CHECK(restored.index().manifest("team/app", "one")->digest == digest);
    CHECK_FALSE(restored.index().manifest("team/app", "later"));
    CHECK(restored.open_blob("team/app", codec::digest_of("one")));
    CHECK_FALSE(restored.open_blob("team/app", codec::digest_of("a push that has not ended")));
    CHECK(read_file(again / "users.json", 100) == "{}");
    CHECK(fs::status(again / "users.json").permissions() ==
          (fs::perms::owner_read | fs::perms::owner_write));
    CHECK_FALSE(fs::exists(again / "berth-backup"));
}

TEST_CASE_FIXTURE(Fixture, "a database beside the index is backed up while it is written to") {
    HostedRegistry registry({.directory = data}, clock);
    db::Connection open(data / "more.sqlite", {});
    open.run("CREATE TABLE words (word TEXT)");
    open.run("INSERT INTO words VALUES ('one')");
    REQUIRE(fs::exists(data / "more.sqlite-wal"));
    back_up();
    open.run("INSERT INTO words VALUES ('two')");
    back_up();
    restore();
    CHECK_FALSE(fs::exists(backup / "more.sqlite-wal"));
    db::Connection restored(again / "more.sqlite", {});
    auto count = restored.prepare("SELECT count(*) FROM words");
    REQUIRE(count.next());
    CHECK(count.integer(0) == 2);
}

TEST_CASE_FIXTURE(Fixture, "the second backup copies and removes the difference") {
    HostedRegistry registry({.directory = data, .grace = std::chrono::seconds(0)}, clock);
    const auto first = push_image(registry, "one");
    back_up();
    registry.index().remove_manifest("team/app", first);
    push_image(registry, "two");
    const auto report = back_up();
    CHECK(report.copied_blobs == 1);
    CHECK(report.removed_blobs == 1);
    CHECK(fs::exists(file_of(backup, "two")));
    CHECK_FALSE(fs::exists(file_of(backup, "one")));
}

TEST_CASE_FIXTURE(Fixture, "content that is lost is named, and the rest is backed up") {
    HostedRegistry registry({.directory = data}, clock);
    push_image(registry, "one");
    push_image(registry, "two");
    fs::permissions(file_of(data, "one"), fs::perms::owner_all);
    replace_file(file_of(data, "one"), "eno", 0644);
    auto report = back_up();
    CHECK(report.lost == std::vector{codec::digest_of("one").text()});
    CHECK(fs::exists(file_of(backup, "two")));
    CHECK_FALSE(fs::exists(file_of(backup, "one")));
    fs::remove(file_of(data, "one"));
    CHECK(back_up().lost.size() == 1);
}

TEST_CASE_FIXTURE(Fixture, "a good copy in the backup outlives damage in the registry") {
    HostedRegistry registry({.directory = data}, clock);
    push_image(registry, "one");
    back_up();
    fs::remove(file_of(data, "one"));
    CHECK(back_up().lost.empty());
    CHECK(fs::exists(file_of(backup, "one")));
}

TEST_CASE_FIXTURE(Fixture, "a backup is not written over anything else") {
    HostedRegistry registry({.directory = data}, clock);
    fs::create_directory(backup);
    replace_file(backup / "thesis.txt", "years of work", 0644);
    CHECK(error_of([&] { back_up(); }).code() == ErrorCode::conflict);
    backup = scratch.path() / "other";
    { HostedRegistry other({.directory = backup}, clock); }
    CHECK(error_of([&] { back_up(); }).code() == ErrorCode::conflict);
    backup = data / "inside";
    CHECK(error_of([&] { back_up(); }).code() == ErrorCode::usage);
}

TEST_CASE_FIXTURE(Fixture, "a backup that was restored and served is a registry and no backup") {
    { HostedRegistry registry({.directory = data}, clock); }
    back_up();
    { HostedRegistry served({.directory = backup}, clock); }
    CHECK(error_of([&] { back_up(); }).code() == ErrorCode::conflict);
}

TEST_CASE_FIXTURE(Fixture, "nothing is restored over a registry, or from no backup") {
    HostedRegistry registry({.directory = data}, clock);
    CHECK(error_of([&] { restore(); }).code() == ErrorCode::not_found);
    back_up();
    restore();
    const auto error = error_of([&] { restore(); });
    CHECK(error.code() == ErrorCode::conflict);
    CHECK(error.hint().find("move that directory away") != std::string::npos);
}

TEST_CASE_FIXTURE(Fixture, "an index that a newer program wrote is refused with what to do") {
    { HostedRegistry registry({.directory = data}, clock); }
    back_up();
    db::Connection(backup / "registry.sqlite")
        .run("INSERT INTO schema_migrations (number) VALUES ($1)", std::int64_t{1'000'000});
    const auto error = error_of([&] { restore(); });
    CHECK(error.code() == ErrorCode::corrupt);
    CHECK(error.hint() == "use the newer version of berth that wrote it");
    CHECK_FALSE(fs::exists(again / "registry.sqlite"));
}

TEST_CASE_FIXTURE(Fixture, "there is nothing to back up where no registry is") {
    CHECK(error_of([&] { back_up(); }).code() == ErrorCode::not_found);
}

} // namespace berth::hosting
