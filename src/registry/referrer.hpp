// Referrers: what a manifest with a subject says about itself, and the tag that stands in for the
// referrers API where a registry has none (distribution-spec "Referrers Tag Schema").
#pragma once

#include "oci/descriptor.hpp"
#include "registry/repository.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace berth::registry {

/// A manifest that refers to another one.
struct Referrer {
    oci::Descriptor subject;
    /// The referring manifest as a referrers list shows it: with artifact type and annotations.
    oci::Descriptor descriptor;
};

/// What `document` refers to; nothing if it has no subject. Errors: manifest_invalid for bytes
/// that are neither a manifest nor an index.
std::optional<Referrer> referrer_of(const Document& document);

/// "sha256-<hex>", the hex cut after 64 digits: the tag of the fallback index for `subject`.
std::string fallback_tag(const oci::Digest& subject);

/// Those of `all` that are of `artifact_type`, or all for "".
std::vector<oci::Descriptor> filter_referrers(std::vector<oci::Descriptor> all,
                                              std::string_view artifact_type);

} // namespace berth::registry
