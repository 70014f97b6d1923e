// Artifacts: any manifest whose layers are files (as oras pushes them).
#pragma once

#include "registry/progress.hpp"
#include "registry/repository.hpp"

#include <filesystem>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace berth::artifact {

/// Writes each layer of `manifest` below `directory` under its title annotation, or its digest's
/// hex where it has none; layers that oras marked with io.deis.oras.content.unpack are unpacked.
/// Every file is verified and appears whole; names are resolved beneath `directory` and "..",
/// absolute names and collisions are refused. Returns the paths, relative to `directory`.
std::vector<std::string> pull_files(registry::Repository& repository,
                                    const registry::Document& manifest,
                                    const std::filesystem::path& directory,
                                    registry::Progress& progress, std::stop_token stop);

/// A file to push: "PATH" or "PATH:MEDIA_TYPE".
struct FileToPush {
    std::filesystem::path path;
    std::string media_type = "application/vnd.oci.image.layer.v1.tar";
    std::string title;
};

/// Pushes files as one OCI 1.1 artifact manifest with the empty config and tags it.
oci::Descriptor push_files(registry::Repository& repository, std::string_view tag,
                           std::string_view artifact_type, const std::vector<FileToPush>& files,
                           const oci::Annotations& annotations, registry::Progress& progress,
                           std::stop_token stop);

} // namespace berth::artifact
