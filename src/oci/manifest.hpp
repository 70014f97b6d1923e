// Manifests, indexes and image configurations (image-spec manifest.md, image-index.md, config.md),
// and their Docker schema 2 twins.
#pragma once

#include "base/result.hpp"
#include "oci/descriptor.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace berth::oci {

/// Largest manifest that a client reads (distribution-spec asks registries for at least 4 MiB).
inline constexpr std::uint64_t manifest_limit = 4 * 1024 * 1024;
/// Most descriptors in one manifest or index.
inline constexpr std::size_t descriptor_limit = 10'000;

struct Manifest {
    std::string media_type;
    std::string artifact_type; ///< its own artifactType, else the config's media type
    Descriptor config;
    std::vector<Descriptor> layers;
    std::optional<Descriptor> subject;
    Annotations annotations;
};

struct Index {
    std::string media_type;
    std::string artifact_type;
    std::vector<Descriptor> manifests;
    std::optional<Descriptor> subject;
    Annotations annotations;
};

/// schemaVersion 2 required; a mediaType inside that differs from the one it was served with, an
/// index where a manifest is expected (and the other way round), and both `layers` and
/// `manifests` in one document are refused (CVE-2021-41190). `media_type` may be empty when
/// unknown: then the document must say it, or be told apart by its fields.
/// Errors: manifest_invalid naming the field.
Result<Manifest> parse_manifest(std::string_view text, std::string_view media_type);
Result<Index> parse_index(std::string_view text, std::string_view media_type);
/// Media type of a document whose type was not said: its own mediaType, else by its fields.
Result<std::string> detect_media_type(std::string_view text);

std::string write_manifest(const Manifest& manifest); ///< compact JSON, OCI member order
std::string write_index(const Index& index);

/// What a document points at, children first in the order given: config and layers, or manifests.
/// Subject is not a child. Errors as above.
Result<std::vector<Descriptor>> successors(std::string_view text, std::string_view media_type);

/// Chooses the manifest for `wanted`: the first that `wanted` accepts, exact variants first.
/// Attestations (platform unknown/unknown) are never chosen. Nothing if there is none.
std::optional<Descriptor> choose_platform(const Index& index, const Platform& wanted);

/// What a runtime needs to know (config.md). Lists are empty where the config says nothing.
struct ImageConfig {
    Platform platform;
    std::string user;
    std::vector<std::string> entrypoint;
    std::vector<std::string> cmd;
    std::vector<std::string> env;
    std::string working_dir;
    std::string stop_signal;
    std::vector<std::string> exposed_ports; ///< "80/tcp"
    std::vector<std::string> volumes;
    std::map<std::string, std::string> labels;
    std::string author;
    std::string created;
    std::vector<Digest> diff_ids;
};

/// Errors: content_invalid naming the field. rootfs.type must be "layers".
Result<ImageConfig> parse_image_config(std::string_view text);

} // namespace berth::oci
