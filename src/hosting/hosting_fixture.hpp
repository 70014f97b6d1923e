// For tests: a hosted registry in a directory of its own, with short ways to push to it.
#pragma once

#include "base/file.hpp"
#include "codec/hasher.hpp"
#include "hosting/hosted_registry.hpp"
#include "hosting/recount.hpp"
#include "oci/manifest.hpp"
#include "oci/media_type.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <functional>
#include <memory>

namespace berth::hosting {

namespace fs = std::filesystem;

struct Scratch {
    Scratch() {
        std::string pattern = fs::temp_directory_path() / "berth-hosting-XXXXXX";
        path = ::mkdtemp(pattern.data());
    }
    ~Scratch() { fs::remove_all(path); }
    fs::path path;
};

inline ErrorCode code_of(const std::function<void()>& act) {
    try {
        act();
    } catch (const Error& error) {
        return error.code();
    }
    return ErrorCode::internal;
}

inline std::string message_of(const std::function<void()>& act) {
    try {
        act();
    } catch (const Error& error) {
        return error.message();
    }
    return "nothing was thrown";
}

inline oci::Descriptor descriptor_of(const std::string& bytes, std::string_view type) {
    return {
        .media_type = std::string(type), .digest = codec::digest_of(bytes), .size = bytes.size()};
}

inline std::string manifest_of(const std::string& config, const std::string& layer) {
    const oci::Manifest manifest{.media_type = std::string(oci::media_type::oci_manifest),
                                 .artifact_type = {},
                                 .config = descriptor_of(config, oci::media_type::oci_config),
                                 .layers = {descriptor_of(layer, oci::media_type::oci_layer)},
                                 .subject = {},
                                 .annotations = {}};
    return oci::write_manifest(manifest);
}

/// A registry that can be opened again with another policy.
struct HostedFixture {
    explicit HostedFixture(HostingOptions wanted = {}) : options(std::move(wanted)) {
        options.directory = scratch.path;
        hosted = std::make_unique<HostedRegistry>(options, clock);
    }

    void reopen(const Policy& policy) {
        hosted.reset();
        options.policy = policy;
        hosted = std::make_unique<HostedRegistry>(options, clock);
    }

    HostedRegistry& registry() { return *hosted; }
    Index& index() { return hosted->index(); }

    oci::Digest push(std::string_view repository, const std::string& bytes,
                     oci::DigestAlgorithm algorithm = oci::DigestAlgorithm::sha256) {
        const auto digest = codec::digest_of(bytes, algorithm);
        const auto id = hosted->uploads().begin(repository);
        MemorySource content(bytes);
        try {
            hosted->uploads().append(repository, id, content, {}, {});
        } catch (const Error&) {
            hosted->uploads().drop(id);
            throw;
        }
        hosted->finish_upload(repository, id, digest);
        return digest;
    }

    oci::Digest put(std::string_view repository, const std::string& manifest,
                    const std::vector<std::string>& tags) {
        return hosted->put_manifest(repository, manifest, "", {}, tags, {}).digest;
    }

    oci::Digest push_image(std::string_view repository, const std::string& layer,
                           const std::vector<std::string>& tags) {
        push(repository, "{}");
        push(repository, layer);
        return put(repository, manifest_of("{}", layer), tags);
    }

    oci::Digest push_index(std::string_view repository, const std::vector<oci::Digest>& children,
                           const std::vector<std::string>& tags) {
        oci::Index listed{.media_type = std::string(oci::media_type::oci_index),
                          .artifact_type = {},
                          .manifests = {},
                          .subject = {},
                          .annotations = {}};
        for (const auto& child : children) {
            const auto stored = index().manifest(repository, child.text()).value();
            listed.manifests.push_back(
                {.media_type = stored.media_type, .digest = child, .size = stored.bytes.size()});
        }
        return put(repository, oci::write_index(listed), tags);
    }

    oci::Digest push_referrer(std::string_view repository, const oci::Digest& subject,
                              const std::string& content) {
        push(repository, content);
        auto manifest = oci::parse_manifest(manifest_of(content, content), "").value();
        manifest.artifact_type = "application/x.sbom";
        manifest.subject = {.media_type = std::string(oci::media_type::oci_manifest),
                            .digest = subject,
                            .size = 10};
        return put(repository, oci::write_manifest(manifest), {});
    }

    std::uint64_t collect_all() {
        std::uint64_t gone = 0;
        while (const auto step = hosted->collect_some()) gone += step;
        return gone;
    }

    std::vector<Retired> retain_all() {
        std::vector<Retired> all;
        for (;;) {
            auto step = hosted->retain_some();
            all.insert(all.end(), step.retired.begin(), step.retired.end());
            if (step.done) return all;
        }
    }

    std::vector<Finding> scrub_all() {
        std::vector<Finding> all;
        for (;;) {
            auto step = hosted->scrub_some();
            all.insert(all.end(), step.findings.begin(), step.findings.end());
            if (step.done) return all;
        }
    }

    std::vector<Finding> recount_all() {
        return index().database().read(
            [](db::Connection& connection) { return recount(connection); });
    }

    store::BlobDirectory blobs() const {
        return {scratch.path / "blobs", store::BlobDirectory::Depth::sharded};
    }
    bool on_disk(const oci::Digest& digest) const { return blobs().open(digest).has_value(); }
    bool has(std::string_view repository, const oci::Digest& manifest) {
        return index().manifest(repository, manifest.text()).has_value();
    }

    Scratch scratch;
    ManualClock clock;
    HostingOptions options;
    std::unique_ptr<HostedRegistry> hosted;
};

} // namespace berth::hosting
