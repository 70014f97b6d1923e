#include "store/layout.hpp"

#include "base/file.hpp"
#include "registry/repository_contract.hpp"
#include "store/temporary_directory.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <fstream>
#include <set>
#include <thread>

using namespace berth;
using namespace berth::store;
namespace contract = berth::registry::contract;
namespace fs = std::filesystem;

namespace {

struct Fresh {
    TemporaryDirectory directory;
    fs::path path = directory.path() / "layout";
    std::unique_ptr<registry::Repository> repository = open_layout(path, true);

    std::string index() const { return read_file(path / "index.json", 1 << 20); }
};

registry::Document layout_index(const std::vector<oci::Descriptor>& manifests) {
    const oci::Index index{.media_type = std::string(oci::media_type::oci_index),
                           .artifact_type = "",
                           .manifests = manifests,
                           .subject = {},
                           .annotations = {}};
    return contract::content(oci::write_index(index), oci::media_type::oci_index);
}

std::size_t count(const std::string& text, const std::string& part) {
    std::size_t found = 0;
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
    return found;
}

} // namespace

TEST_CASE("a layout keeps the repository contract") {
    contract::check_repository([] {
        auto fresh = std::make_shared<Fresh>();
        return std::shared_ptr<registry::Repository>(fresh, fresh->repository.get());
    });
}

TEST_CASE("a new layout holds exactly what the specification names") {
    const Fresh fresh;
    contract::push(*fresh.repository, contract::small_image(1), "v1");
    CHECK(read_file(fresh.path / "oci-layout", 100) == R"({"imageLayoutVersion":"1.0.0"})");
    std::set<std::string> names;
    for (const auto& entry : fs::directory_iterator(fresh.path))
        names.insert(entry.path().filename());
    CHECK(names == std::set<std::string>{"blobs", "index.json", "oci-layout"});
    CHECK(std::distance(fs::directory_iterator(fresh.path / "blobs" / "sha256"),
                        fs::directory_iterator()) == 3);
}

TEST_CASE("what was pushed is there when the layout is opened again, also only to read") {
    const Fresh fresh;
    const auto image = contract::small_image(2);
    contract::push(*fresh.repository, image, "v1");
    const auto again = open_layout(fresh.path, false);
    const auto document = again->manifest("v1");
    REQUIRE(document.has_value());
    CHECK(document->bytes == image.manifest.bytes);
}

TEST_CASE("an index takes the place of its manifests, which stay readable by digest") {
    const Fresh fresh;
    const auto one = contract::small_image(3);
    const auto two = contract::small_image(4);
    contract::push(*fresh.repository, one, "");
    contract::push(*fresh.repository, two, "two");
    CHECK(count(fresh.index(), "\"digest\"") == 2);
    const auto index = layout_index({one.manifest.descriptor, two.manifest.descriptor});
    fresh.repository->push_manifest(index, "all");
    CHECK(count(fresh.index(), one.manifest.descriptor.digest.text()) == 0);
    CHECK(count(fresh.index(), two.manifest.descriptor.digest.text()) == 1); // it has a name
    const auto found = fresh.repository->manifest(one.manifest.descriptor.digest.text());
    REQUIRE(found.has_value());
    CHECK(found->descriptor.media_type == oci::media_type::oci_manifest);
}

TEST_CASE("pushing the same again changes nothing on disk") {
    const Fresh fresh;
    const auto image = contract::small_image(5);
    contract::push(*fresh.repository, image, "v1");
    const auto before = fs::last_write_time(fresh.path / "index.json");
    const auto text = fresh.index();
    contract::push(*fresh.repository, image, "v1");
    contract::push(*fresh.repository, image, "");
    CHECK(fresh.index() == text);
    CHECK(fs::last_write_time(fresh.path / "index.json") == before);
}

TEST_CASE("what other tools wrote into index.json stays") {
    const Fresh fresh;
    const auto image = contract::small_image(6);
    replace_file(fresh.path / "index.json",
                 R"({"schemaVersion":2,"x-tool":{"deep":[1,2]},"manifests":[{"mediaType":)"
                 R"("application/vnd.oci.image.manifest.v1+json","size":7,"urls":["https://a/b"],)"
                 R"("digest":"sha256:)" +
                     std::string(64, 'a') +
                     R"(","annotations":{"org.opencontainers.image.ref.name":"other/x:1"}}]})",
                 0644);
    contract::push(*fresh.repository, image, "v1");
    CHECK(fresh.index().find(R"("x-tool":{"deep":[1,2]})") != std::string::npos);
    CHECK(fresh.index().find(R"("urls":["https://a/b"])") != std::string::npos);
    CHECK(fresh.repository->resolve("other/x:1").has_value());
    CHECK(fresh.repository->tags("", 9).names == std::vector<std::string>{"other/x:1", "v1"});
}

TEST_CASE("the empty name is the only manifest, or an error that names the choice") {
    const Fresh fresh;
    CHECK_FALSE(fresh.repository->resolve("").has_value());
    const auto image = contract::small_image(7);
    contract::push(*fresh.repository, image, "v1");
    REQUIRE(fresh.repository->resolve("").has_value());
    CHECK(fresh.repository->manifest("")->bytes == image.manifest.bytes);
    contract::push(*fresh.repository, contract::small_image(8), "v2");
    try {
        (void)fresh.repository->resolve("");
        FAIL("resolved");
    } catch (const Error& error) {
        CHECK(error.code() == ErrorCode::usage);
        CHECK(error.hint().find("v1, v2") != std::string::npos);
    }
}

TEST_CASE("directories that are no layouts are refused") {
    const TemporaryDirectory directory;
    const auto open = [&](bool create) { open_layout(directory.path(), create); };
    CHECK(contract::code_of([&] { open(false); }) == ErrorCode::not_found);
    std::ofstream(directory.path() / "thesis.txt") << "do not touch";
    CHECK(contract::code_of([&] { open(true); }) == ErrorCode::conflict);
    std::ofstream(directory.path() / "oci-layout") << R"({"imageLayoutVersion":"2.0.0"})";
    CHECK(contract::code_of([&] { open(true); }) == ErrorCode::unsupported);
    std::ofstream(directory.path() / "oci-layout") << R"({})";
    CHECK(contract::code_of([&] { open(false); }) == ErrorCode::content_invalid);
}

TEST_CASE("a foreign layout is judged, not trusted") {
    const Fresh fresh;
    const auto image = contract::small_image(9);
    contract::push(*fresh.repository, image, "v1");
    const auto digest = image.manifest.descriptor.digest;
    const auto blob = fresh.path / "blobs" / "sha256" / digest.hex();

    SUBCASE("bytes that are not those of the name") {
        fs::permissions(blob, fs::perms::owner_write, fs::perm_options::add);
        std::fstream(blob, std::ios::in | std::ios::out | std::ios::binary).seekp(3) << '~';
        CHECK(contract::code_of([&] { (void)fresh.repository->manifest("v1"); }) ==
              ErrorCode::digest_invalid);
    }
    SUBCASE("a blob of another size") {
        std::ofstream(blob, std::ios::app) << "more";
        CHECK_FALSE(fresh.repository->has_blob(image.manifest.descriptor));
        CHECK(contract::code_of([&] { (void)fresh.repository->manifest("v1"); }) ==
              ErrorCode::size_invalid);
    }
    SUBCASE("a blob that is a symbolic link") {
        fs::remove(blob);
        fs::create_symlink("/etc/hostname", blob);
        CHECK(contract::code_of([&] { (void)fresh.repository->manifest("v1"); }) ==
              ErrorCode::content_invalid);
    }
    SUBCASE("an index.json that is a symbolic link") {
        fs::rename(fresh.path / "index.json", fresh.path / "elsewhere");
        fs::create_symlink("elsewhere", fresh.path / "index.json");
        CHECK_THROWS_AS((void)fresh.repository->resolve("v1"), Error);
    }
    SUBCASE("a name that is listed twice") {
        const auto entry = [](char digit) {
            return R"({"mediaType":"application/vnd.oci.image.manifest.v1+json","size":7,)"
                   R"("digest":"sha256:)" +
                   std::string(64, digit) +
                   R"(","annotations":{"org.opencontainers.image.ref.name":"v1"}})";
        };
        replace_file(fresh.path / "index.json",
                     R"({"schemaVersion":2,"manifests":[)" + entry('a') + "," + entry('b') + "]}",
                     0644);
        CHECK(contract::code_of([&] { (void)fresh.repository->resolve("v1"); }) ==
              ErrorCode::content_invalid);
    }
    SUBCASE("a manifest that is said to be enormous") {
        replace_file(fresh.path / "index.json",
                     R"({"schemaVersion":2,"manifests":[{"size":4194305,"digest":")" +
                         digest.text() +
                         R"(","mediaType":"application/vnd.oci.image.manifest.v1+json"}]})",
                     0644);
        CHECK(contract::code_of([&] { (void)fresh.repository->manifest(digest.text()); }) ==
              ErrorCode::limit_exceeded);
    }
}

TEST_CASE("threads that tag one layout at once lose no tag") {
    const Fresh fresh;
    const auto image = contract::small_image(10);
    contract::push(*fresh.repository, image, "");
    std::vector<std::thread> threads;
    std::atomic<int> failures = 0;
    for (int t = 0; t < 4; ++t)
        threads.emplace_back([&, t] {
            try {
                const auto mine = open_layout(fresh.path, true);
                for (int i = 0; i < 5; ++i)
                    mine->push_manifest(image.manifest,
                                        "t" + std::to_string(t) + "-" + std::to_string(i));
            } catch (const std::exception& error) {
                MESSAGE(error.what());
                ++failures;
            }
        });
    for (auto& thread : threads) thread.join();
    CHECK(failures == 0);
    CHECK(fresh.repository->tags("", 100).names.size() == 20);
}
