// ManifestRecord: what the index keeps of a manifest.
#pragma once

#include "oci/descriptor.hpp"
#include "registry/repository.hpp"

#include <functional>
#include <optional>
#include <string_view>
#include <vector>

namespace berth::store {

struct Child {
    oci::Descriptor descriptor;
    bool required; ///< its absence is damage, not choice
};

struct ManifestRecord {
    /// As a list of referrers shows it: with artifact type and annotations.
    oci::Descriptor descriptor;
    std::optional<oci::Digest> subject = {};
    std::vector<Child> children = {};
};

/// Refuses a document that is larger than oci::manifest_limit (limit_exceeded), or whose bytes
/// are not those of its descriptor (size_invalid, digest_invalid).
void check_bytes(const registry::Document& document);

/// What `document` is and points at. Layers that registries need not hold are not required, and
/// neither are the manifests of an index that are not there: the index then was copied for some
/// platforms only. Errors: manifest_invalid.
ManifestRecord describe(const registry::Document& document,
                        const std::function<bool(const oci::Descriptor&)>& present);

/// Refuses (manifest_blob_unknown) a manifest that requires content that is not `present`, and an
/// index none of whose manifests is.
void check_children(const ManifestRecord& record,
                    const std::function<bool(const oci::Descriptor&)>& present);

} // namespace berth::store
