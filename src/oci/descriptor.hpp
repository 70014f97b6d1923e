// Descriptor: type, digest and size of some content (image-spec descriptor.md).
#pragma once

#include "base/json.hpp"
#include "oci/digest.hpp"
#include "oci/platform.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace berth::oci {

/// Bounded by the document that they stand in: manifest_limit.
using Annotations = std::map<std::string, std::string>;

struct Descriptor {
    std::string media_type;
    Digest digest;
    std::uint64_t size;
    Annotations annotations = {};
    std::optional<Platform> platform = {};
    std::string artifact_type = {};

    /// Same content: digest and size. Annotations and platform do not matter.
    bool same_content(const Descriptor& other) const {
        return digest == other.digest && size == other.size;
    }
};

/// Reads a descriptor at `reader`. A size below 0 or above 2^53 and a malformed digest or media
/// type are Error content_invalid that names the field.
Descriptor read_descriptor(const json::Reader& reader);
json::Object write_descriptor(const Descriptor& descriptor);

/// "org.opencontainers.image.title" and friends.
inline constexpr std::string_view title_annotation = "org.opencontainers.image.title";
inline constexpr std::string_view ref_name_annotation = "org.opencontainers.image.ref.name";

} // namespace berth::oci
