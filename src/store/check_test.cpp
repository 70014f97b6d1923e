#include "base/file.hpp"
#include "registry/repository_contract.hpp"
#include "store/store.hpp"
#include "store/temporary_directory.hpp"

#include <doctest/doctest.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <utime.h>

#include <algorithm>
#include <ctime>
#include <fstream>
#include <set>

using namespace berth;
using namespace berth::store;
namespace contract = berth::registry::contract;
namespace fs = std::filesystem;
using Kind = Finding::Kind;

namespace {

/// A store that holds one tagged image.
struct Stocked {
    TemporaryDirectory directory;
    std::unique_ptr<Store> store = Store::open(directory.path());
    std::unique_ptr<registry::Repository> repository = store->repository("team/app");
    contract::SmallImage image = contract::small_image(1);

    Stocked() { contract::push(*repository, image, "v1"); }

    fs::path path_of(const oci::Digest& digest) const {
        return directory.path() / "blobs" / "sha256" / digest.hex().substr(0, 2) / digest.hex();
    }
    void damage(const oci::Digest& digest) const {
        const auto path = path_of(digest);
        fs::permissions(path, fs::perms::owner_write, fs::perm_options::add);
        std::fstream(path, std::ios::in | std::ios::out | std::ios::binary).seekp(9) << "\x7f~";
    }
    void reopen() {
        repository.reset();
        store.reset();
        store = Store::open(directory.path());
        repository = store->repository("team/app");
    }
};

std::vector<Kind> kinds_of(const std::vector<Finding>& findings) {
    std::vector<Kind> kinds;
    for (const auto& finding : findings) {
        kinds.push_back(finding.kind);
        CHECK_FALSE(finding.subject.empty());
        CHECK_FALSE(finding.detail.empty());
    }
    return kinds;
}

bool mentions(const std::vector<Finding>& findings, Kind kind, std::string_view subject) {
    return std::any_of(findings.begin(), findings.end(), [&](const Finding& finding) {
        return finding.kind == kind && finding.subject.find(subject) != std::string::npos;
    });
}

} // namespace

TEST_CASE("a sound store has no findings, and all of it is read") {
    const Stocked stocked;
    std::uint64_t read = 0;
    CHECK(stocked.store->check(false, [&](std::uint64_t bytes) { read += bytes; }).empty());
    CHECK(read == stocked.image.layer.bytes.size() + stocked.image.config.bytes.size() +
                      stocked.image.manifest.bytes.size());
}

TEST_CASE("an empty store has no findings") {
    const TemporaryDirectory directory;
    CHECK(Store::open(directory.path())->check(false, {}).empty());
    CHECK(Store::open(directory.path())->check(true, {}).empty());
}

TEST_CASE("a damaged blob is moved away and missed, until it is pushed again") {
    const Stocked stocked;
    const auto& layer = stocked.image.layer;
    stocked.damage(layer.descriptor.digest);
    const std::vector<Kind> wanted{Kind::damaged_blob, Kind::missing_blob};
    CHECK(kinds_of(stocked.store->check(true, {})) == wanted);
    CHECK(stocked.repository->has_blob(layer.descriptor)); // only reported
    CHECK(kinds_of(stocked.store->check(false, {})) == wanted);
    CHECK_FALSE(stocked.repository->has_blob(layer.descriptor));
    CHECK(fs::exists(stocked.directory.path() / "damaged" /
                     ("sha256-" + std::string(layer.descriptor.digest.hex()))));
    CHECK(kinds_of(stocked.store->check(false, {})) == std::vector<Kind>{Kind::missing_blob});
    stocked.repository->push_blob(layer.descriptor, contract::opener(layer.bytes));
    CHECK(stocked.store->check(false, {}).empty());
}

TEST_CASE("a damaged manifest loses its rows, and the finding names its tags") {
    const Stocked stocked;
    const auto& digest = stocked.image.manifest.descriptor.digest;
    stocked.damage(digest);
    const auto findings = stocked.store->check(false, {});
    CHECK(kinds_of(findings) == std::vector<Kind>{Kind::damaged_blob, Kind::stale_row});
    CHECK(findings.back().detail.find("team/app:v1") != std::string::npos);
    CHECK_FALSE(stocked.repository->resolve("v1").has_value());
    CHECK(stocked.repository->tags("", 10).names.empty());
    CHECK(stocked.store->check(false, {}).empty());
}

TEST_CASE("a removed blob leaves a stale row and is missed by its manifest") {
    const Stocked stocked;
    fs::remove(stocked.path_of(stocked.image.config.descriptor.digest));
    CHECK(kinds_of(stocked.store->check(true, {})) ==
          std::vector<Kind>{Kind::stale_row, Kind::missing_blob});
    CHECK(kinds_of(stocked.store->check(false, {})).size() == 2);
    CHECK(kinds_of(stocked.store->check(false, {})) == std::vector<Kind>{Kind::missing_blob});
}

TEST_CASE("without its index the store lists its manifests again") {
    Stocked stocked;
    const auto artifact =
        contract::small_artifact(stocked.image.manifest.descriptor, "application/vnd.x", "w");
    contract::push(*stocked.repository, artifact, "");
    stocked.repository.reset();
    stocked.store.reset();
    for (const char* file : {"index.sqlite", "index.sqlite-wal", "index.sqlite-shm"})
        fs::remove(stocked.directory.path() / file);
    stocked.reopen();
    const std::vector<Kind> wanted{Kind::damaged_index, Kind::unlisted_manifest,
                                   Kind::unlisted_manifest};
    CHECK(kinds_of(stocked.store->check(true, {})) == wanted);
    CHECK_FALSE(fs::exists(stocked.directory.path() / "index.sqlite"));
    const auto findings = stocked.store->check(false, {});
    CHECK(kinds_of(findings) == wanted);
    CHECK(findings.front().detail.find("tags are lost") != std::string::npos);
    const auto& digest = stocked.image.manifest.descriptor.digest;
    CHECK(stocked.repository->manifest(digest.text()).has_value());
    CHECK_FALSE(stocked.repository->resolve("v1").has_value());
    CHECK(stocked.repository->referrers(digest, "application/vnd.x").size() == 1);
    CHECK(stocked.store->check(false, {}).empty());
    stocked.repository->push_manifest(stocked.image.manifest, "v1");
    CHECK(stocked.repository->resolve("v1").has_value());
}

TEST_CASE("a malformed index is an error with a hint, is moved away and made anew") {
    Stocked stocked;
    stocked.repository.reset();
    stocked.store.reset();
    for (const char* file : {"index.sqlite-wal", "index.sqlite-shm"})
        fs::remove(stocked.directory.path() / file);
    replace_file(stocked.directory.path() / "index.sqlite", std::string(9000, 'x'), 0644);
    stocked.reopen();
    try {
        (void)stocked.repository->resolve("v1");
        FAIL("resolved");
    } catch (const Error& error) {
        CHECK(error.code() == ErrorCode::corrupt);
        CHECK(error.hint().find("berth store check") != std::string::npos);
    }
    {
        const auto other = Store::open(stocked.directory.path());
        CHECK(contract::code_of([&] { stocked.store->check(false, {}); }) == ErrorCode::conflict);
    }
    CHECK(mentions(stocked.store->check(true, {}), Kind::damaged_index, "index.sqlite"));
    CHECK(kinds_of(stocked.store->check(false, {})) ==
          std::vector<Kind>{Kind::damaged_index, Kind::unlisted_manifest});
    CHECK(fs::exists(stocked.directory.path() / "damaged" / "index.sqlite"));
    CHECK(stocked.store->check(false, {}).empty());
}

TEST_CASE("strays are reported and left alone") {
    const Stocked stocked;
    const auto& root = stocked.directory.path();
    const std::vector<std::string> strays{"note.txt", "blobs/md5", "blobs/sha256/zz",
                                          "blobs/sha256/ab/short", "uploads/x.part"};
    fs::create_directories(root / "blobs/sha256/ab");
    for (const auto& stray : strays) std::ofstream(root / stray) << "?";
    // A right name in a wrong place is not found by its digest.
    const auto misplaced = root / "blobs/sha256/ab" / std::string(64, 'c');
    std::ofstream(misplaced) << "?";
    const auto findings = stocked.store->check(false, {});
    CHECK(findings.size() == strays.size() + 1);
    for (const auto& stray : strays) {
        CAPTURE(stray);
        CHECK(mentions(findings, Kind::stray_file, stray));
        CHECK(fs::exists(root / stray));
    }
}

TEST_CASE("unfinished uploads go when they are older than a day and nobody is at them") {
    const Stocked stocked;
    const auto uploads = stocked.directory.path() / "uploads";
    const auto age = [](const fs::path& path) {
        const std::time_t then = std::time(nullptr) - 25 * 3600;
        const utimbuf times{then, then};
        REQUIRE(::utime(path.c_str(), &times) == 0);
    };
    const auto part = uploads / (codec::digest_of("a").text() + ".part");
    const auto young = uploads / (codec::digest_of("b").text() + ".part");
    const auto pushed = uploads / ".incoming-0123456789abcdef";
    for (const auto& path : {part, young, pushed}) std::ofstream(path) << "half";
    age(part);
    age(pushed);
    CHECK(kinds_of(stocked.store->check(true, {})) ==
          std::vector<Kind>{Kind::leftover_upload, Kind::leftover_upload});
    CHECK(fs::exists(part));
    CHECK(stocked.store->check(false, {}).size() == 2);
    CHECK_FALSE(fs::exists(part));
    CHECK_FALSE(fs::exists(pushed));
    CHECK(fs::exists(young));
}

TEST_CASE("a check can be stopped by what it tells of its progress") {
    const Stocked stocked;
    CHECK(contract::code_of([&] {
              stocked.store->check(false, [](std::uint64_t) {
                  throw Error(ErrorCode::cancelled, "stopped on request");
              });
          }) == ErrorCode::cancelled);
    CHECK(stocked.store->check(false, {}).empty());
}

TEST_CASE("every kind of finding has a name of its own") {
    std::set<std::string_view> names;
    for (int kind = 0; kind <= static_cast<int>(Kind::leftover_upload); ++kind)
        names.insert(name_of(static_cast<Kind>(kind)));
    CHECK(names.size() == 7);
}
