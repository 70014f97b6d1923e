// Finding the manifest that a reference and a platform mean, in any repository.
#pragma once

#include "cli/location.hpp"
#include "oci/manifest.hpp"
#include "registry/repository.hpp"

#include <optional>
#include <string>
#include <vector>

namespace berth::cli {

/// The tag or digest that `location` names; without one "latest" in a registry and the only tag
/// of a layout. Error usage lists the tags where there are several.
std::string chosen_tag(registry::Repository& repository, const Location& location);

/// The document itself; Error manifest_unknown names repository and tag.
registry::Document find_document(registry::Repository& repository, const std::string& tag);

/// Follows indexes to the manifest for `wanted`. Error manifest_unknown lists the platforms.
registry::Document find_manifest(registry::Repository& repository, registry::Document document,
                                 const oci::Platform& wanted);

/// --platform values; Error usage.
std::vector<oci::Platform> parse_platforms(const std::vector<std::string>& texts);

/// The config blob of an image, read whole and verified; 8 MiB at most.
oci::ImageConfig read_config(registry::Repository& repository, const oci::Manifest& manifest);

/// What kind of thing a document is: "index", "image", "chart" or "artifact".
std::string kind_of(const registry::Document& document);

} // namespace berth::cli
