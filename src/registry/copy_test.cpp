#include "registry/copy.hpp"

#include "registry/memory_registry.hpp"
#include "registry/repository_contract.hpp"

#include <atomic>
#include <map>
#include <mutex>
#include <set>

using namespace berth;
using namespace berth::registry;
using contract::content;
using contract::small_image;
using contract::SmallImage;

namespace {

/// Passes everything on to a repository; a test overrides what shall fail.
class Decorated : public Repository {
public:
    explicit Decorated(Repository& inner) : inner_(inner) {}
    std::string name() const override { return "elsewhere/team/app"; }
    std::optional<oci::Descriptor> resolve(std::string_view name) override {
        return inner_.resolve(name);
    }
    std::optional<Document> manifest(std::string_view name) override {
        return inner_.manifest(name);
    }
    bool has_blob(const oci::Descriptor& blob) override { return inner_.has_blob(blob); }
    std::unique_ptr<Source> fetch(const oci::Descriptor& blob, std::uint64_t offset) override {
        return inner_.fetch(blob, offset);
    }
    void push_blob(const oci::Descriptor& blob, const OpenContent& open) override {
        inner_.push_blob(blob, open);
    }
    bool mount(const oci::Descriptor& blob, std::string_view from) override {
        return inner_.mount(blob, from);
    }
    void push_manifest(const Document& document, std::string_view tag) override {
        pushed.push_back(document.descriptor.digest.text() + (tag.empty() ? "" : " ") +
                         std::string(tag));
        inner_.push_manifest(document, tag);
    }
    Page tags(std::string_view after, std::size_t limit) override {
        return inner_.tags(after, limit);
    }
    std::vector<oci::Descriptor> referrers(const oci::Digest& subject,
                                           std::string_view type) override {
        return inner_.referrers(subject, type);
    }

    std::vector<std::string> pushed;

protected:
    Repository& inner_;
};

class Recorder final : public Progress {
public:
    void expect(std::uint64_t items, std::uint64_t bytes) override {
        expected_items = items;
        expected_bytes = bytes;
    }
    void started(std::string_view, std::uint64_t) override {}
    void moved(std::string_view, std::uint64_t bytes) override { moved_bytes += bytes; }
    void finished(std::string_view item, std::string_view outcome) override {
        const std::lock_guard lock(mutex_);
        outcomes[std::string(item)] = outcome;
    }
    void note(std::string_view) override {}

    std::uint64_t expected_items = 0;
    std::uint64_t expected_bytes = 0;
    std::atomic<std::uint64_t> moved_bytes = 0;
    std::map<std::string, std::string> outcomes;

private:
    std::mutex mutex_;
};

oci::Descriptor with_platform(oci::Descriptor descriptor, std::string_view platform) {
    descriptor.platform = oci::Platform::parse(platform).value();
    return descriptor;
}

Document index_of(std::vector<oci::Descriptor> manifests) {
    const oci::Index index{.media_type = std::string(oci::media_type::oci_index),
                           .artifact_type = "",
                           .manifests = std::move(manifests),
                           .subject = {},
                           .annotations = {}};
    return content(oci::write_index(index), oci::media_type::oci_index);
}

/// An index of two platforms under "multi", in a repository of its own registry.
struct MultiPlatform {
    SmallImage amd64 = small_image(1);
    SmallImage arm64 = small_image(2);
    Document index = index_of({with_platform(amd64.manifest.descriptor, "linux/amd64"),
                               with_platform(arm64.manifest.descriptor, "linux/arm64")});
    MemoryRegistry registry;
    std::unique_ptr<Repository> repository = registry.repository("team/app");

    MultiPlatform() {
        contract::push(*repository, amd64, "");
        contract::push(*repository, arm64, "");
        repository->push_manifest(index, "multi");
    }
};

struct Target {
    MemoryRegistry registry;
    std::unique_ptr<Repository> repository = registry.repository("mirror/app");
    Decorated decorated{*repository};
};

void copy(Repository& source, std::string_view from, Repository& destination, std::string_view to,
          const CopyOptions& options = {}) {
    NoProgress progress;
    run_copy(plan_copy(source, from, destination, options), source, destination, to, options,
             progress, {});
}

} // namespace

TEST_CASE("an index is copied with all that it lists, children first, the tag last") {
    MultiPlatform source;
    Target target;
    copy(*source.repository, "multi", target.decorated, "v1");
    CHECK(target.decorated.pushed == std::vector{source.amd64.manifest.descriptor.digest.text(),
                                                 source.arm64.manifest.descriptor.digest.text(),
                                                 source.index.descriptor.digest.text() + " v1"});
    CHECK(target.repository->manifest("v1")->bytes == source.index.bytes);
    for (const SmallImage* image : {&source.amd64, &source.arm64}) {
        CHECK(contract::bytes_of(*target.repository, image->layer.descriptor, 0) ==
              image->layer.bytes);
        CHECK(target.repository->has_blob(image->config.descriptor));
    }
}

TEST_CASE("one platform replaces the index by its manifest") {
    MultiPlatform source;
    Target target;
    const CopyOptions options{.platforms = {oci::Platform::parse("linux/arm64").value()}};
    copy(*source.repository, "multi", *target.repository, "v1", options);
    CHECK(target.repository->resolve("v1")->digest == source.arm64.manifest.descriptor.digest);
    CHECK_FALSE(target.repository->has_blob(source.amd64.layer.descriptor));
}

TEST_CASE("several platforms keep the index and copy only theirs") {
    MultiPlatform source;
    const SmallImage third = small_image(3);
    contract::push(*source.repository, third, "");
    const Document index = index_of({with_platform(source.amd64.manifest.descriptor, "linux/amd64"),
                                     with_platform(source.arm64.manifest.descriptor, "linux/arm64"),
                                     with_platform(third.manifest.descriptor, "linux/s390x")});
    source.repository->push_manifest(index, "three");
    Target target;
    const CopyOptions options{.platforms = {oci::Platform::parse("linux/s390x").value(),
                                            oci::Platform::parse("linux/amd64").value()}};
    copy(*source.repository, "three", *target.repository, "v1", options);
    CHECK(target.repository->resolve("v1")->digest == index.descriptor.digest);
    CHECK(target.repository->has_blob(third.layer.descriptor));
    CHECK_FALSE(target.repository->has_blob(source.arm64.layer.descriptor));
}

TEST_CASE("a platform that is not there is an error that says what is") {
    MultiPlatform source;
    Target target;
    const CopyOptions options{.platforms = {oci::Platform::parse("linux/s390x").value()}};
    try {
        plan_copy(*source.repository, "multi", *target.repository, options);
        FAIL("no error");
    } catch (const Error& error) {
        CHECK(error.code() == ErrorCode::manifest_unknown);
        CHECK(error.hint() == "it has linux/amd64, linux/arm64");
        CHECK(error.context() == std::vector<std::string>{"source"});
    }
}

TEST_CASE("a plan counts each blob once and knows what is present") {
    MultiPlatform source;
    Target target;
    const Document& layer = source.amd64.layer;
    target.repository->push_blob(layer.descriptor, contract::opener(layer.bytes));
    const CopyPlan plan = plan_copy(*source.repository, "multi", *target.repository, {});
    CHECK(plan.blobs.size() == 4);
    CHECK(plan.manifests.size() == 3);
    CHECK(plan.root.digest == source.index.descriptor.digest);
    CHECK(plan.bytes_to_copy() == source.amd64.config.bytes.size() +
                                      source.arm64.config.bytes.size() +
                                      source.arm64.layer.bytes.size());
}

TEST_CASE("a second copy finds everything present and pushes nothing") {
    MultiPlatform source;
    Target target;
    copy(*source.repository, "multi", target.decorated, "v1");
    target.decorated.pushed.clear();
    copy(*source.repository, "multi", target.decorated, "v1");
    CHECK(target.decorated.pushed.empty());
    copy(*source.repository, "multi", target.decorated, "v2");
    CHECK(target.decorated.pushed == std::vector{source.index.descriptor.digest.text() + " v2"});
}

TEST_CASE("blobs of a neighbour in the same registry are mounted, not sent") {
    MultiPlatform source;
    const auto neighbour = source.registry.repository("team/other");
    Recorder progress;
    const CopyPlan plan = plan_copy(*source.repository, "multi", *neighbour, {});
    run_copy(plan, *source.repository, *neighbour, "v1", {}, progress, {});
    CHECK(progress.outcomes.at("layer " +
                               std::string(source.amd64.layer.descriptor.digest.short_hex())) ==
          "mounted");
    CHECK(neighbour->has_blob(source.arm64.layer.descriptor));
}

TEST_CASE("progress adds up to what was expected") {
    MultiPlatform source;
    Target target;
    Recorder progress;
    const CopyPlan plan = plan_copy(*source.repository, "multi", target.decorated, {});
    run_copy(plan, *source.repository, target.decorated, "v1", {}, progress, {});
    CHECK(progress.expected_items == 7);
    CHECK(progress.outcomes.size() == 7);
    CHECK(progress.moved_bytes == progress.expected_bytes);
}

TEST_CASE("referrers come along recursively and only when asked for") {
    const SmallImage image = small_image(4);
    const SmallImage sbom = contract::small_artifact(image.manifest.descriptor, "a/sbom", "1");
    const SmallImage signature = contract::small_artifact(sbom.manifest.descriptor, "a/sig", "2");
    MemoryRegistry registry;
    const auto source = registry.repository("team/app");
    for (const SmallImage* each : {&image, &sbom, &signature}) contract::push(*source, *each, "");
    source->push_manifest(image.manifest, "v1");
    Target without;
    copy(*source, "v1", *without.repository, "v1");
    CHECK(without.repository->referrers(image.manifest.descriptor.digest, "").empty());
    Target with;
    copy(*source, "v1", *with.repository, "v1", {.referrers = true});
    CHECK(with.repository->referrers(image.manifest.descriptor.digest, "").size() == 1);
    CHECK(with.repository->referrers(sbom.manifest.descriptor.digest, "").size() == 1);
}

TEST_CASE("layers that registries need not hold are copied only on request") {
    SmallImage image = small_image(5);
    oci::Descriptor foreign = content("only at the vendor's", "x/y").descriptor;
    foreign.media_type = "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip";
    oci::Manifest manifest =
        oci::parse_manifest(image.manifest.bytes, oci::media_type::oci_manifest).value();
    manifest.layers.push_back(foreign);
    image.manifest = content(oci::write_manifest(manifest), oci::media_type::oci_manifest);
    MemoryRegistry registry;
    const auto source = registry.repository("team/app");
    contract::push(*source, image, "v1");
    Target target;
    CHECK(plan_copy(*source, "v1", *target.repository, {}).blobs.size() == 2);
    CHECK(plan_copy(*source, "v1", *target.repository, {.nondistributable = true}).blobs.size() ==
          3);
}

TEST_CASE("indexes nested deeper than eight are refused") {
    MemoryRegistry registry;
    const auto source = registry.repository("team/app");
    const SmallImage image = small_image(6);
    contract::push(*source, image, "");
    Document top = image.manifest;
    Target target;
    for (int depth = 2; depth <= 9; ++depth) {
        top = index_of({top.descriptor});
        source->push_manifest(top, "deep");
        CAPTURE(depth);
        if (depth <= 8) {
            CHECK_NOTHROW(plan_copy(*source, "deep", *target.repository, {}));
            continue;
        }
        CHECK(contract::code_of([&] { plan_copy(*source, "deep", *target.repository, {}); }) ==
              ErrorCode::limit_exceeded);
    }
}

TEST_CASE("one digest with two sizes is refused") {
    MemoryRegistry registry;
    const auto source = registry.repository("team/app");
    const SmallImage image = small_image(7);
    oci::Manifest manifest =
        oci::parse_manifest(image.manifest.bytes, oci::media_type::oci_manifest).value();
    manifest.layers.push_back(manifest.layers[0]);
    manifest.layers[1].size += 1;
    const Document lying = content(oci::write_manifest(manifest), oci::media_type::oci_manifest);
    source->push_manifest(lying, "v1");
    Target target;
    CHECK(contract::code_of([&] { plan_copy(*source, "v1", *target.repository, {}); }) ==
          ErrorCode::content_invalid);
}

TEST_CASE("an index that lists a manifest which is not there says so") {
    MultiPlatform source;
    const SmallImage absent = small_image(8);
    const Document index = index_of({absent.manifest.descriptor});
    source.repository->push_manifest(index, "sparse");
    Target target;
    try {
        plan_copy(*source.repository, "sparse", *target.repository, {});
        FAIL("no error");
    } catch (const Error& error) {
        CHECK(error.code() == ErrorCode::manifest_unknown);
        CHECK(error.message().find(absent.manifest.descriptor.digest.text()) != std::string::npos);
        CHECK_FALSE(error.hint().empty());
    }
}

TEST_CASE("an error names the side at fault and leaves no tag") {
    MultiPlatform source;
    struct NoDisk final : Decorated {
        using Decorated::Decorated;
        void push_blob(const oci::Descriptor&, const OpenContent&) override {
            throw Error(ErrorCode::no_space, "the disk is full");
        }
    };
    struct NoLayers final : Decorated {
        using Decorated::Decorated;
        std::unique_ptr<Source> fetch(const oci::Descriptor&, std::uint64_t) override {
            throw Error(ErrorCode::unreachable, "the cable is cut");
        }
    };
    Target target;
    NoDisk no_disk(*target.repository);
    NoLayers no_layers(*source.repository);
    const auto context = [&](Repository& from, Repository& to) {
        try {
            copy(from, "multi", to, "v1");
        } catch (const Error& error) {
            return error.context().back();
        }
        return std::string("no error");
    };
    CHECK(context(*source.repository, no_disk) == "destination");
    CHECK(context(no_layers, *target.repository) == "source");
    CHECK_FALSE(target.repository->resolve("v1").has_value());
}

TEST_CASE("a destination may read the content again and progress counts it once") {
    MultiPlatform source;
    struct Twice final : Decorated {
        using Decorated::Decorated;
        void push_blob(const oci::Descriptor& blob, const OpenContent& open) override {
            std::byte first[1000];
            read_full(*open(), first);
            Decorated::push_blob(blob, open);
        }
    };
    Target target;
    Twice twice(*target.repository);
    Recorder progress;
    const CopyPlan plan = plan_copy(*source.repository, "multi", twice, {});
    run_copy(plan, *source.repository, twice, "v1", {}, progress, {});
    CHECK(progress.moved_bytes == progress.expected_bytes);
}

TEST_CASE("a stop request ends a copy without a tag") {
    MultiPlatform source;
    Target target;
    std::stop_source stop;
    struct Stopping final : Decorated {
        Stopping(Repository& inner, std::stop_source& source) : Decorated(inner), stop(source) {}
        void push_blob(const oci::Descriptor& blob, const OpenContent& open) override {
            const auto content = open();
            stop.request_stop();
            std::byte piece[10];
            content->read(piece);
            Decorated::push_blob(blob, open);
        }
        std::stop_source& stop;
    };
    Stopping stopping(*target.repository, stop);
    NoProgress progress;
    const CopyPlan plan = plan_copy(*source.repository, "multi", stopping, {});
    CHECK(contract::code_of([&] {
              run_copy(plan, *source.repository, stopping, "v1", {}, progress, stop.get_token());
          }) == ErrorCode::cancelled);
    CHECK_FALSE(target.repository->resolve("v1").has_value());
}
