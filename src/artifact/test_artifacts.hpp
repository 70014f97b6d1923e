// What the tests of this folder share: a scratch directory and artifacts in a memory registry.
#pragma once

#include "base/file.hpp"
#include "codec/hasher.hpp"
#include "codec/tar_writer.hpp"
#include "oci/manifest.hpp"
#include "oci/media_type.hpp"
#include "registry/memory_registry.hpp"
#include "registry/progress.hpp"

#include <algorithm>
#include <filesystem>
#include <mutex>
#include <string>
#include <vector>

namespace berth::artifact::testing {

namespace fs = std::filesystem;

struct Scratch {
    fs::path path = fs::temp_directory_path() / ("berth-artifact-" + random_hex_16());
    Scratch() { fs::create_directory(path); }
    ~Scratch() { fs::remove_all(path); }

    void write(const std::string& name, std::string_view text) const {
        fs::create_directories((path / name).parent_path());
        replace_file(path / name, text, 0644);
    }
    std::string read(const std::string& name) const { return read_file(path / name, 1 << 26); }
    /// All names below, hidden ones too, in order.
    std::vector<std::string> names() const {
        std::vector<std::string> found;
        for (const auto& entry : fs::recursive_directory_iterator(path))
            found.push_back(entry.path().lexically_relative(path).string());
        std::sort(found.begin(), found.end());
        return found;
    }
};

/// Remembers "item outcome".
class Outcomes final : public registry::Progress {
public:
    void expect(std::uint64_t, std::uint64_t) override {}
    void started(std::string_view, std::uint64_t) override {}
    void moved(std::string_view, std::uint64_t) override {}
    void finished(std::string_view item, std::string_view outcome) override {
        const std::lock_guard lock(mutex_);
        seen_.push_back(std::string(item) + " " + std::string(outcome));
    }
    void note(std::string_view) override {}
    std::vector<std::string> take() {
        std::sort(seen_.begin(), seen_.end());
        return std::exchange(seen_, {});
    }

private:
    std::mutex mutex_;
    std::vector<std::string> seen_;
};

struct Layer {
    std::string content;
    oci::Annotations annotations;
};

inline Layer titled(std::string title, std::string content) {
    return {std::move(content), {{std::string(oci::title_annotation), std::move(title)}}};
}

inline oci::Descriptor push(registry::Repository& repository, const Layer& layer,
                            std::string_view type = "application/octet-stream") {
    const oci::Descriptor descriptor{.media_type = std::string(type),
                                     .digest = codec::digest_of(layer.content),
                                     .size = layer.content.size(),
                                     .annotations = layer.annotations};
    repository.push_blob(descriptor, [&] { return std::make_unique<MemorySource>(layer.content); });
    return descriptor;
}

inline registry::Document document_of(const std::vector<oci::Descriptor>& layers) {
    const oci::Descriptor config{.media_type = std::string(oci::media_type::oci_empty),
                                 .digest = codec::digest_of("{}"),
                                 .size = 2};
    const std::string bytes =
        oci::write_manifest({.media_type = std::string(oci::media_type::oci_manifest),
                             .artifact_type = "application/x.test",
                             .config = config,
                             .layers = layers,
                             .subject = {},
                             .annotations = {}});
    return {{.media_type = std::string(oci::media_type::oci_manifest),
             .digest = codec::digest_of(bytes),
             .size = bytes.size()},
            bytes};
}

inline registry::Document artifact_of(registry::Repository& repository,
                                      const std::vector<Layer>& layers) {
    std::vector<oci::Descriptor> descriptors;
    for (const auto& layer : layers) descriptors.push_back(push(repository, layer));
    return document_of(descriptors);
}

inline std::string tar_of(const std::vector<std::pair<codec::TarEntry, std::string>>& entries) {
    std::string archive;
    codec::TarWriter writer([&](auto bytes) { archive += as_text(bytes); });
    for (auto [entry, content] : entries) {
        entry.size = content.size();
        if (entry.mode == 0) entry.mode = 0755;
        writer.add(entry);
        if (!content.empty()) writer.write(as_bytes(content));
    }
    writer.finish();
    return archive;
}

inline codec::TarEntry entry(std::string path, codec::TarType type = codec::TarType::file,
                             std::string target = "") {
    codec::TarEntry made;
    made.path = std::move(path);
    made.type = type;
    made.link_target = std::move(target);
    return made;
}

} // namespace berth::artifact::testing
