// unpack: an image becomes an OCI runtime bundle on disk.
#pragma once

#include "base/source.hpp"
#include "codec/tar_reader.hpp"
#include "oci/manifest.hpp"
#include "registry/progress.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

namespace berth::bundle {

/// A run of ids: container ids from `container` are host ids from `host`.
struct IdRange {
    std::uint32_t container;
    std::uint32_t host;
    std::uint32_t size;
};

struct UnpackLimits {
    codec::TarLimits tar = {};
    std::uint64_t total_bytes = std::uint64_t{512} << 30; ///< of file content, all layers
    std::uint64_t layer_ratio = 2048;
    std::size_t layers = 512;
};

struct UnpackOptions {
    /// For users who are not root: ids map to the caller (and /etc/subuid ranges where given),
    /// devices become empty files, attributes that need privilege are skipped.
    bool rootless = false;
    std::vector<IdRange> uid_map = {};
    std::vector<IdRange> gid_map = {};
    UnpackLimits limits = {};
};

/// What was done and what could not be, for a person: "3 device nodes became empty files".
struct UnpackReport {
    std::uint64_t entries = 0;
    std::uint64_t bytes = 0;
    std::vector<std::string> warnings;
};

/// An image whose content is at hand. open_layer(i) gives the layer's stored (compressed) bytes,
/// verified at their end, and may block until a download has finished. It is called once per
/// layer, in order, from the thread that called unpack or from threads it started.
struct ImageContent {
    oci::Manifest manifest;
    oci::ImageConfig config;
    std::function<std::unique_ptr<Source>(std::size_t layer)> open_layer;
};

/// Writes `bundle`/rootfs and `bundle`/config.json. `bundle` must not exist, or be empty; it
/// appears whole, by rename, and on any failure nothing remains; what a killed run left behind is
/// removed by the next one for the same `bundle`. config.json and the rename are synced to disk,
/// the root file system is not: syncing it took 5 s after 9 s of unpacking 2 GB, and a bundle can
/// be made again from the store, so that after a power cut it should be. Errors: content_invalid
/// and digest_invalid (with layer, entry number and path), limit_exceeded, conflict, denied,
/// unsupported, no_space, cancelled.
UnpackReport unpack(const ImageContent& image, const std::filesystem::path& bundle,
                    const UnpackOptions& options, registry::Progress& progress,
                    std::stop_token stop);

} // namespace berth::bundle
