#include "cli/content.hpp"

#include "base/error.hpp"
#include "cli/download.hpp"
#include "codec/hasher.hpp"
#include "oci/media_type.hpp"
#include "registry/memory_registry.hpp"

#include <doctest/doctest.h>
#include <atomic>
#include <cstdlib>
#include <filesystem>

using namespace berth;
using namespace berth::cli;

namespace {

namespace fs = std::filesystem;

oci::Descriptor blob_of(registry::Repository& repository, const std::string& bytes,
                        std::string_view type) {
    oci::Descriptor blob{std::string(type), codec::digest_of(bytes), bytes.size()};
    repository.push_blob(blob, [&] { return std::make_unique<MemorySource>(bytes); });
    return blob;
}

oci::Descriptor push(registry::Repository& repository, const std::string& text,
                     std::string_view type, std::string_view tag) {
    oci::Descriptor descriptor{std::string(type), codec::digest_of(text), text.size()};
    repository.push_manifest({descriptor, text}, tag);
    return descriptor;
}

oci::Descriptor push_image(registry::Repository& repository, const std::string& architecture,
                           std::string_view tag) {
    const auto config = blob_of(repository,
                                R"({"os":"linux","architecture":")" + architecture +
                                    R"(","rootfs":{"type":"layers","diff_ids":[]}})",
                                oci::media_type::oci_config);
    oci::Manifest manifest{.media_type = std::string(oci::media_type::oci_manifest),
                           .artifact_type = {},
                           .config = config,
                           .layers = {},
                           .subject = {},
                           .annotations = {}};
    auto descriptor = push(repository, oci::write_manifest(manifest), manifest.media_type, tag);
    descriptor.platform = oci::Platform{"linux", architecture};
    return descriptor;
}

struct Folder {
    fs::path path;
    Folder() {
        char name[] = "/tmp/berth-download-XXXXXX";
        path = ::mkdtemp(name);
    }
    ~Folder() { fs::remove_all(path); }
};

/// Fails for one digest, counts the others.
class Flaky final : public registry::Repository {
public:
    Flaky(registry::Repository& inner, std::optional<oci::Digest> broken)
        : inner_(inner), broken_(std::move(broken)) {}
    std::string name() const override { return inner_.name(); }
    std::optional<oci::Descriptor> resolve(std::string_view name) override {
        return inner_.resolve(name);
    }
    std::optional<registry::Document> manifest(std::string_view name) override {
        return inner_.manifest(name);
    }
    bool has_blob(const oci::Descriptor& blob) override { return inner_.has_blob(blob); }
    std::unique_ptr<Source> fetch(const oci::Descriptor& blob, std::uint64_t offset) override {
        if (broken_ && blob.digest == *broken_) throw Error(ErrorCode::unreachable, "no route");
        ++fetches;
        return inner_.fetch(blob, offset);
    }
    void push_blob(const oci::Descriptor&, const registry::OpenContent&) override {}
    bool mount(const oci::Descriptor&, std::string_view) override { return false; }
    void push_manifest(const registry::Document&, std::string_view) override {}
    registry::Page tags(std::string_view after, std::size_t limit) override {
        return inner_.tags(after, limit);
    }
    std::vector<oci::Descriptor> referrers(const oci::Digest&, std::string_view) override {
        return {};
    }
    std::atomic<int> fetches = 0;

private:
    registry::Repository& inner_;
    std::optional<oci::Digest> broken_;
};

std::vector<oci::Descriptor> push_layers(registry::Repository& repository, int count) {
    std::vector<oci::Descriptor> layers;
    for (int i = 0; i < count; ++i) {
        layers.push_back(
            blob_of(repository, "layer " + std::to_string(i), oci::media_type::oci_layer));
    }
    return layers;
}

} // namespace

TEST_CASE("the manifest for a platform is found through an index") {
    registry::MemoryRegistry memory;
    const auto repository = memory.repository("app");
    oci::Index index{
        .media_type = std::string(oci::media_type::oci_index),
        .artifact_type = {},
        .manifests = {push_image(*repository, "amd64", ""), push_image(*repository, "arm64", "")},
        .subject = {},
        .annotations = {}};
    push(*repository, oci::write_index(index), index.media_type, "v1");
    const auto document = find_document(*repository, "v1");
    CHECK(kind_of(document) == "index");
    const auto arm = find_manifest(*repository, document, {"linux", "arm64"});
    CHECK(arm.descriptor.digest == index.manifests[1].digest);
    CHECK(kind_of(arm) == "image");
    try {
        (void)find_manifest(*repository, document, {"linux", "s390x"});
        FAIL("no error");
    } catch (const Error& error) {
        CHECK(error.code() == ErrorCode::manifest_unknown);
        CHECK(error.hint() == "choose with --platform; it has linux/amd64, linux/arm64");
    }
    CHECK_THROWS_AS((void)find_document(*repository, "v2"), Error);
}

TEST_CASE("a layout with one tag needs none to be named, one with several does") {
    registry::MemoryRegistry memory;
    const auto repository = memory.repository("app");
    Location location;
    CHECK(chosen_tag(*repository, location) == "latest");
    location.kind = Location::Kind::layout;
    CHECK_THROWS_AS((void)chosen_tag(*repository, location), Error);
    push_image(*repository, "amd64", "v1");
    CHECK(chosen_tag(*repository, location) == "v1");
    push_image(*repository, "amd64", "v2");
    CHECK_THROWS_AS((void)chosen_tag(*repository, location), Error);
    location.tag_or_digest = "v2";
    CHECK(chosen_tag(*repository, location) == "v2");
}

TEST_CASE("a download puts each blob into the store once, and a second one fetches nothing") {
    Folder folder;
    registry::MemoryRegistry memory;
    const auto repository = memory.repository("app");
    auto layers = push_layers(*repository, 20);
    layers.push_back(layers.front());
    Flaky from(*repository, std::nullopt);
    const auto store = store::Store::open(folder.path / "store");
    registry::NoProgress progress;
    for (int round = 0; round < 2; ++round) {
        Download download(*store, from, layers, 4, progress, {});
        for (const auto& layer : layers) download.wait(layer.digest);
        download.wait_for_all();
        CHECK(from.fetches == 20);
    }
    for (const auto& layer : layers) CHECK(store->open_blob(layer.digest).has_value());
}

TEST_CASE("the first failure of a download is what all who wait are told") {
    Folder folder;
    registry::MemoryRegistry memory;
    const auto repository = memory.repository("app");
    const auto layers = push_layers(*repository, 20);
    Flaky from(*repository, layers[3].digest);
    const auto store = store::Store::open(folder.path / "store");
    registry::NoProgress progress;
    Download download(*store, from, layers, 4, progress, {});
    try {
        download.wait(layers[19].digest);
        FAIL("no error");
    } catch (const Error& error) {
        CHECK(error.code() == ErrorCode::unreachable);
        CHECK(error.context().back() == item_name(layers[3]));
    }
    CHECK_THROWS_AS(download.wait_for_all(), Error);
}

TEST_CASE("a download that is stopped says so") {
    Folder folder;
    registry::MemoryRegistry memory;
    const auto repository = memory.repository("app");
    const auto layers = push_layers(*repository, 3);
    const auto store = store::Store::open(folder.path / "store");
    registry::NoProgress progress;
    std::stop_source stop;
    stop.request_stop();
    Download download(*store, *repository, layers, 4, progress, stop.get_token());
    try {
        download.wait_for_all();
        FAIL("no error");
    } catch (const Error& error) {
        CHECK(error.code() == ErrorCode::cancelled);
    }
}
