#include "base/file.hpp"
#include "codec/tar_writer.hpp"
#include "registry/memory_registry.hpp"
#include "registry/repository_contract.hpp"
#include "store/layout.hpp"
#include "store/temporary_directory.hpp"

#include <doctest/doctest.h>

#include <cstdlib>

using namespace berth;
using namespace berth::store;
namespace contract = berth::registry::contract;
namespace fs = std::filesystem;

namespace {

struct Origin {
    registry::MemoryRegistry registry;
    std::unique_ptr<registry::Repository> repository = registry.repository("team/app");
};

registry::Document index_of(const std::vector<oci::Descriptor>& manifests) {
    const oci::Index index{.media_type = std::string(oci::media_type::oci_index),
                           .artifact_type = "",
                           .manifests = manifests,
                           .subject = {},
                           .annotations = {}};
    return contract::content(oci::write_index(index), oci::media_type::oci_index);
}

/// A tar archive of these files, in order.
void write_tar(const fs::path& path,
               const std::vector<std::pair<std::string, std::string>>& files) {
    std::string bytes;
    codec::TarWriter writer([&](std::span<const std::byte> piece) { bytes += as_text(piece); });
    for (const auto& [name, content] : files) {
        codec::TarEntry entry;
        entry.path = name;
        entry.size = content.size();
        entry.mode = 0644;
        writer.add(entry);
        writer.write(as_bytes(content));
    }
    writer.finish();
    replace_file(path, bytes, 0644);
}

constexpr const char* version = R"({"imageLayoutVersion":"1.0.0"})";
constexpr const char* empty_index = R"({"schemaVersion":2,"manifests":[]})";

} // namespace

TEST_CASE("what an archive was written from comes out of it") {
    const TemporaryDirectory directory;
    Origin source;
    const auto one = contract::small_image(1);
    const auto two = contract::small_image(2);
    contract::push(*source.repository, one, "");
    contract::push(*source.repository, two, "");
    const auto index =
        index_of({one.manifest.descriptor, two.manifest.descriptor, one.manifest.descriptor});
    source.repository->push_manifest(index, "all");
    const auto file = directory.path() / "image.tar";
    write_layout_archive(*source.repository, "all", "v1", file);
    CHECK(std::distance(fs::directory_iterator(directory.path()), fs::directory_iterator()) == 1);

    const auto archive = open_layout_archive(file);
    CHECK(archive->tags("", 10).names == std::vector<std::string>{"v1"});
    REQUIRE(archive->manifest("v1").has_value());
    CHECK(archive->manifest("v1")->bytes == index.bytes);
    CHECK(archive->manifest("")->bytes == index.bytes);
    for (const auto* image : {&one, &two}) {
        const auto manifest = archive->manifest(image->manifest.descriptor.digest.text());
        REQUIRE(manifest.has_value());
        CHECK(manifest->bytes == image->manifest.bytes);
        CHECK(contract::bytes_of(*archive, image->layer.descriptor, 0) == image->layer.bytes);
        CHECK(contract::bytes_of(*archive, image->layer.descriptor, 1000) ==
              image->layer.bytes.substr(1000));
    }
    CHECK(contract::code_of([&] { contract::bytes_of(*archive, one.layer.descriptor, 200'001); }) ==
          ErrorCode::range_invalid);
}

TEST_CASE("equal content gives equal archives, and one replaces the other") {
    const TemporaryDirectory directory;
    Origin source;
    contract::push(*source.repository, contract::small_image(3), "v1");
    const auto file = directory.path() / "image.tar";
    write_layout_archive(*source.repository, "v1", "v1", file);
    const std::string first = read_file(file, 10 << 20);
    write_layout_archive(*source.repository, "v1", "v1", file);
    CHECK(read_file(file, 10 << 20) == first);
}

TEST_CASE("an archive that cannot be finished leaves the old one in place") {
    const TemporaryDirectory directory;
    Origin source;
    const auto file = directory.path() / "image.tar";
    replace_file(file, "old", 0644);
    CHECK(contract::code_of([&] {
              write_layout_archive(*source.repository, "absent", "v1", file);
          }) == ErrorCode::manifest_unknown);
    // A manifest whose layer the source lacks.
    const auto image = contract::small_image(4);
    const auto layout = open_layout(directory.path() / "layout", true);
    contract::push(*layout, image, "v1");
    fs::remove(directory.path() / "layout/blobs/sha256" / image.layer.descriptor.digest.hex());
    CHECK(contract::code_of([&] { write_layout_archive(*layout, "v1", "v1", file); }) ==
          ErrorCode::blob_unknown);
    CHECK(read_file(file, 100) == "old");
    CHECK(std::distance(fs::directory_iterator(directory.path()), fs::directory_iterator()) == 2);
}

TEST_CASE("an archive can only be read") {
    const TemporaryDirectory directory;
    const auto file = directory.path() / "a.tar";
    write_tar(file, {{"oci-layout", version}, {"index.json", empty_index}});
    const auto archive = open_layout_archive(file);
    const auto image = contract::small_image(5);
    CHECK(contract::code_of([&] { contract::push(*archive, image, "v1"); }) ==
          ErrorCode::unsupported);
}

TEST_CASE("names may begin with ./ and the last of several counts") {
    const TemporaryDirectory directory;
    const auto file = directory.path() / "a.tar";
    const auto blob = contract::content("content", oci::media_type::oci_layer);
    const std::string path = "./blobs/sha256/" + std::string(blob.descriptor.digest.hex());
    write_tar(file, {{"./index.json", empty_index},
                     {path, "another"},
                     {std::string(300, 'd') + "/long", std::string(70'000, 'x')},
                     {path, blob.bytes},
                     {"./oci-layout", version}});
    CHECK(contract::bytes_of(*open_layout_archive(file), blob.descriptor, 0) == blob.bytes);
}

TEST_CASE("files that are no layout archives are refused with the reason") {
    const TemporaryDirectory directory;
    const auto file = directory.path() / "a.tar";
    const auto refusal = [&] {
        try {
            open_layout_archive(file);
        } catch (const Error& error) {
            CHECK(error.what() != std::string());
            return error;
        }
        FAIL("opened");
        return Error();
    };
    write_tar(file, {{"oci-layout", version}});
    CHECK(refusal().code() == ErrorCode::content_invalid);
    write_tar(file, {{"manifest.json", "[]"}, {"repositories", "{}"}});
    CHECK(refusal().hint().find("docker save") != std::string::npos);
    write_tar(file, {{"oci-layout", "{}"}, {"index.json", empty_index}});
    CHECK(refusal().code() == ErrorCode::content_invalid);
    write_tar(file, {{"oci-layout", version}, {"index.json", "{}"}});
    CHECK(refusal().code() == ErrorCode::manifest_invalid);
    replace_file(file, "\x1f\x8b\x08 gzip", 0644);
    CHECK(refusal().code() == ErrorCode::unsupported);
    CHECK(refusal().hint().find("gunzip") != std::string::npos);
    replace_file(file, std::string(2000, 'x'), 0644);
    CHECK(refusal().code() == ErrorCode::content_invalid);
    replace_file(file, "", 0644);
    CHECK(refusal().code() == ErrorCode::content_invalid);
    fs::remove(file);
    CHECK(refusal().code() == ErrorCode::not_found);
    fs::create_directory(file);
    CHECK(refusal().code() == ErrorCode::content_invalid);
}

TEST_CASE("an archive that was cut off is refused") {
    const TemporaryDirectory directory;
    const auto file = directory.path() / "a.tar";
    write_tar(file, {{"oci-layout", version},
                     {"index.json", empty_index},
                     {"blobs/sha256/x", std::string(100'000, 'x')}});
    fs::resize_file(file, 50'000);
    CHECK(contract::code_of([&] { open_layout_archive(file); }) == ErrorCode::content_invalid);
}

TEST_CASE("bytes in an archive that are not those of their name are refused when read") {
    const TemporaryDirectory directory;
    const auto file = directory.path() / "a.tar";
    const auto blob = contract::content("content", oci::media_type::oci_layer);
    write_tar(file, {{"oci-layout", version},
                     {"index.json", empty_index},
                     {"blobs/sha256/" + std::string(blob.descriptor.digest.hex()), "contens"}});
    const auto archive = open_layout_archive(file);
    CHECK(contract::code_of([&] { contract::bytes_of(*archive, blob.descriptor, 0); }) ==
          ErrorCode::digest_invalid);
}
