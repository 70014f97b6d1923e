// Layers and images built in memory, for tests.
#pragma once

#include "base/source.hpp"
#include "bundle/unpack.hpp"
#include "codec/hasher.hpp"
#include "codec/tar_writer.hpp"
#include "oci/media_type.hpp"

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace berth::bundle {

struct Item {
    codec::TarEntry entry;
    std::string content = {};

    Item mode(std::uint32_t value) && {
        entry.mode = value;
        return std::move(*this);
    }
    Item owner(std::uint32_t uid, std::uint32_t gid) && {
        entry.uid = uid;
        entry.gid = gid;
        return std::move(*this);
    }
    Item modified(std::int64_t seconds, std::int32_t nanoseconds = 0) && {
        entry.modified = {seconds, nanoseconds};
        return std::move(*this);
    }
    Item xattr(const std::string& name, std::string value) && {
        entry.xattrs[name] = std::move(value);
        return std::move(*this);
    }
};

inline Item item(std::string path, codec::TarType type, std::string target = {}) {
    codec::TarEntry entry;
    entry.path = std::move(path);
    entry.type = type;
    entry.link_target = std::move(target);
    entry.mode = type == codec::TarType::directory ? 0755 : 0644;
    entry.modified = {1'000'000'000, 0};
    return {entry};
}
inline Item file(std::string path, std::string content = "x") {
    auto made = item(std::move(path), codec::TarType::file);
    made.entry.size = content.size();
    made.content = std::move(content);
    return made;
}
inline Item directory(std::string path) {
    return item(std::move(path), codec::TarType::directory);
}
inline Item symlink(std::string path, std::string target) {
    return item(std::move(path), codec::TarType::symlink, std::move(target));
}
inline Item hard_link(std::string path, std::string target) {
    return item(std::move(path), codec::TarType::hard_link, std::move(target));
}

inline std::string archive(const std::vector<Item>& items) {
    std::string bytes;
    codec::TarWriter writer([&](auto more) { bytes += as_text(more); });
    for (const auto& [entry, content] : items) {
        writer.add(entry);
        if (!content.empty()) writer.write(as_bytes(content));
    }
    writer.finish();
    return bytes;
}

/// An image of uncompressed layers. The content must outlive what open_layer gives.
inline ImageContent image_of(std::vector<std::string> layers) {
    const auto config = codec::digest_of("{}");
    ImageContent image{
        .manifest = {.media_type = std::string(oci::media_type::oci_manifest),
                     .artifact_type = {},
                     .config = {std::string(oci::media_type::oci_config), config, 2},
                     .layers = {},
                     .subject = {},
                     .annotations = {}},
        .config = {},
        .open_layer = {},
    };
    image.config.platform = {.os = "linux", .architecture = "amd64"};
    for (const auto& layer : layers) {
        const auto digest = codec::digest_of(layer);
        image.manifest.layers.push_back(
            {std::string(oci::media_type::oci_layer), digest, layer.size()});
        image.config.diff_ids.push_back(digest);
    }
    image.open_layer = [layers = std::move(layers)](std::size_t i) {
        return std::make_unique<MemorySource>(layers[i]);
    };
    return image;
}

/// Unpacks, without progress and stop.
inline UnpackReport unpack_image(const ImageContent& image, const std::filesystem::path& bundle,
                                 const UnpackOptions& options = {}) {
    registry::NoProgress progress;
    return unpack(image, bundle, options, progress, {});
}

} // namespace berth::bundle
