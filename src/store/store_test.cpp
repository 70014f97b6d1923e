#include "store/store.hpp"

#include "base/error.hpp"
#include "base/file.hpp"
#include "registry/repository_contract.hpp"
#include "store/temporary_directory.hpp"

#include <doctest/doctest.h>

#include <sys/stat.h>

#include <fstream>
#include <thread>

using namespace berth;
using namespace berth::store;
namespace contract = berth::registry::contract;
namespace fs = std::filesystem;

namespace {

/// A new store with one of its repositories.
struct FreshStore {
    TemporaryDirectory directory;
    std::unique_ptr<Store> store = Store::open(directory.path() / "store");
    std::unique_ptr<registry::Repository> repository = store->repository("docker.io/library/app");
};

fs::path blob_path(const FreshStore& fresh, const oci::Digest& digest) {
    return fresh.directory.path() / "store" / "blobs" / digest.algorithm_name() /
           digest.hex().substr(0, 2) / digest.hex();
}

} // namespace

TEST_CASE("a repository of the store keeps the repository contract") {
    contract::check_repository([] {
        auto fresh = std::make_shared<FreshStore>();
        return std::shared_ptr<registry::Repository>(fresh, fresh->repository.get());
    });
}

TEST_CASE("what was stored is there when the store is opened again") {
    const TemporaryDirectory directory;
    const auto image = contract::small_image(1);
    {
        const auto store = Store::open(directory.path());
        contract::push(*store->repository("team/app"), image, "v1");
    }
    const auto store = Store::open(directory.path());
    const auto repository = store->repository("team/app");
    const auto document = repository->manifest("v1");
    REQUIRE(document.has_value());
    CHECK(document->bytes == image.manifest.bytes);
    CHECK(contract::bytes_of(*repository, image.layer.descriptor, 0) == image.layer.bytes);
}

TEST_CASE("content is visible by digest in every repository, tags in theirs only") {
    const FreshStore fresh;
    const auto image = contract::small_image(2);
    contract::push(*fresh.repository, image, "v1");
    const auto other = fresh.store->repository("other/app");
    CHECK_FALSE(other->resolve("v1").has_value());
    CHECK(other->resolve(image.manifest.descriptor.digest.text()).has_value());
    CHECK(other->has_blob(image.layer.descriptor));
    CHECK(other->mount(image.layer.descriptor, "docker.io/library/app"));
}

TEST_CASE("repositories are named with or without their registry, and are listed in pages") {
    const FreshStore fresh;
    const auto image = contract::small_image(3);
    for (const char* name : {"a", "Localhost:5000/a/b", "[::1]:5000/b", "example.com/c"})
        contract::push(*fresh.store->repository(name), image, "");
    const auto first = fresh.store->repositories("", 3);
    CHECK(first.names == std::vector<std::string>{"Localhost:5000/a/b", "[::1]:5000/b", "a"});
    REQUIRE(first.next.has_value());
    const auto second = fresh.store->repositories(*first.next, 3);
    CHECK(second.names == std::vector<std::string>{"example.com/c"});
    CHECK_FALSE(second.next.has_value());
    for (const char* name : {"", "Not/A/Name", "a/../b", "example.com/", "a//b", "ho st:5/a"}) {
        CAPTURE(name);
        CHECK_THROWS_AS((void)fresh.store->repository(name), Error);
    }
}

TEST_CASE("blobs lie under their digest, read-only, and nothing else is left") {
    const FreshStore fresh;
    const auto image = contract::small_image(4);
    contract::push(*fresh.repository, image, "v1");
    const auto path = blob_path(fresh, image.layer.descriptor.digest);
    struct stat status {};
    REQUIRE(::stat(path.c_str(), &status) == 0);
    CHECK((status.st_mode & 07777) == 0444);
    CHECK(fs::is_empty(fresh.directory.path() / "store" / "uploads"));
    const auto file = fresh.store->open_blob(image.layer.descriptor.digest);
    REQUIRE(file.has_value());
    CHECK_FALSE(fresh.store->open_blob(codec::digest_of("absent")).has_value());
}

TEST_CASE("a manifest whose content is missing is refused") {
    const FreshStore fresh;
    const auto image = contract::small_image(5);
    fresh.repository->push_blob(image.config.descriptor, contract::opener(image.config.bytes));
    try {
        fresh.repository->push_manifest(image.manifest, "v1");
        FAIL("accepted");
    } catch (const Error& error) {
        CHECK(error.code() == ErrorCode::manifest_blob_unknown);
        CHECK(error.message().find(image.layer.descriptor.digest.text()) != std::string::npos);
    }
    CHECK_FALSE(fresh.repository->resolve("v1").has_value());
}

TEST_CASE("layers that need not be distributed, and subjects, may be missing") {
    const FreshStore fresh;
    const auto image = contract::small_image(6);
    auto foreign = image.layer.descriptor;
    foreign.media_type = "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip";
    fresh.repository->push_blob(image.config.descriptor, contract::opener(image.config.bytes));
    const oci::Manifest manifest{.media_type = std::string(oci::media_type::oci_manifest),
                                 .artifact_type = "",
                                 .config = image.config.descriptor,
                                 .layers = {foreign},
                                 .subject = contract::small_image(7).manifest.descriptor,
                                 .annotations = {}};
    const auto document =
        contract::content(oci::write_manifest(manifest), oci::media_type::oci_manifest);
    CHECK_NOTHROW(fresh.repository->push_manifest(document, "v1"));
    CHECK(fresh.store->check(true, {}).empty());
}

TEST_CASE("an index may lack some of its manifests but not all") {
    const FreshStore fresh;
    const auto here = contract::small_image(8);
    const auto absent = contract::small_image(9);
    const oci::Index index{.media_type = std::string(oci::media_type::oci_index),
                           .artifact_type = "",
                           .manifests = {here.manifest.descriptor, absent.manifest.descriptor},
                           .subject = {},
                           .annotations = {}};
    const auto document = contract::content(oci::write_index(index), oci::media_type::oci_index);
    CHECK(contract::code_of([&] { fresh.repository->push_manifest(document, "v1"); }) ==
          ErrorCode::manifest_blob_unknown);
    contract::push(*fresh.repository, here, "");
    fresh.repository->push_manifest(document, "v1");
    CHECK(fresh.store->check(true, {}).empty());
}

TEST_CASE("a blob file of another size counts as absent and is replaced") {
    const FreshStore fresh;
    const auto blob = contract::content("content", oci::media_type::oci_layer);
    fresh.repository->push_blob(blob.descriptor, contract::opener(blob.bytes));
    const auto path = blob_path(fresh, blob.descriptor.digest);
    fs::permissions(path, fs::perms::owner_write, fs::perm_options::add);
    std::ofstream(path, std::ios::trunc) << "cut";
    CHECK_FALSE(fresh.repository->has_blob(blob.descriptor));
    CHECK(contract::code_of([&] { fresh.repository->fetch(blob.descriptor, 0); }) ==
          ErrorCode::blob_unknown);
    fresh.repository->push_blob(blob.descriptor, contract::opener(blob.bytes));
    CHECK(contract::bytes_of(*fresh.repository, blob.descriptor, 0) == blob.bytes);
}

TEST_CASE("bytes that changed on disk are corrupt, with the way out in the hint") {
    const FreshStore fresh;
    const auto image = contract::small_image(10);
    contract::push(*fresh.repository, image, "v1");
    for (const auto& damaged : {image.layer, image.manifest}) {
        const auto path = blob_path(fresh, damaged.descriptor.digest);
        fs::permissions(path, fs::perms::owner_write, fs::perm_options::add);
        std::fstream(path, std::ios::in | std::ios::out | std::ios::binary).seekp(5) << '~';
    }
    try {
        contract::bytes_of(*fresh.repository, image.layer.descriptor, 0);
        FAIL("read");
    } catch (const Error& error) {
        CHECK(error.code() == ErrorCode::corrupt);
        CHECK(error.hint().find("berth store check") != std::string::npos);
    }
    CHECK(contract::code_of([&] { (void)fresh.repository->manifest("v1"); }) == ErrorCode::corrupt);
}

TEST_CASE("a blob file that is a symbolic link or a pipe is not read") {
    const FreshStore fresh;
    const auto blob = contract::content("content", oci::media_type::oci_layer);
    fresh.repository->push_blob(blob.descriptor, contract::opener(blob.bytes));
    const auto path = blob_path(fresh, blob.descriptor.digest);
    fs::rename(path, fresh.directory.path() / "elsewhere");
    fs::create_symlink(fresh.directory.path() / "elsewhere", path);
    CHECK(contract::code_of([&] { fresh.repository->fetch(blob.descriptor, 0); }) ==
          ErrorCode::content_invalid);
    fs::remove(path);
    REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
    CHECK(contract::code_of([&] { fresh.repository->fetch(blob.descriptor, 0); }) ==
          ErrorCode::content_invalid);
}

TEST_CASE("a directory that holds something else does not become a store") {
    const TemporaryDirectory directory;
    std::ofstream(directory.path() / "thesis.txt") << "do not touch";
    CHECK(contract::code_of([&] { Store::open(directory.path()); }) == ErrorCode::corrupt);
    CHECK_FALSE(fs::exists(directory.path() / "blobs"));
}

TEST_CASE("a store of a newer format is refused") {
    const TemporaryDirectory directory;
    { Store::open(directory.path()); }
    replace_file(directory.path() / "berth-store", "berth store, format 2\n", 0644);
    CHECK(contract::code_of([&] { Store::open(directory.path()); }) == ErrorCode::corrupt);
}

TEST_CASE("many threads open a new store and push the same image at once") {
    const TemporaryDirectory directory;
    const auto image = contract::small_image(11);
    std::vector<std::thread> threads;
    std::atomic<int> failures = 0;
    for (int t = 0; t < 4; ++t)
        threads.emplace_back([&, t] {
            try {
                const auto store = Store::open(directory.path() / "a" / "b");
                const auto repository = store->repository("team/app");
                contract::push(*repository, image, "v" + std::to_string(t));
            } catch (const std::exception& error) {
                MESSAGE(error.what());
                ++failures;
            }
        });
    for (auto& thread : threads) thread.join();
    CHECK(failures == 0);
    const auto store = Store::open(directory.path() / "a" / "b");
    CHECK(store->repository("team/app")->tags("", 10).names ==
          std::vector<std::string>{"v0", "v1", "v2", "v3"});
    CHECK(store->check(true, {}).empty());
}
