// Helm charts as OCI artifacts (helm.sh/docs/topics/registries): config is Chart.yaml as JSON, the
// layer is the chart's .tgz, a second layer may hold its provenance.
#pragma once

#include "registry/progress.hpp"
#include "registry/repository.hpp"

#include <filesystem>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace berth::chart {

/// What Chart.yaml says, from the config blob.
struct Metadata {
    std::string name;
    std::string version;
    std::string app_version;
    std::string description;
    std::string type;
    std::string icon;
};

bool is_chart(const registry::Document& manifest);

/// Reads the config blob (64 KiB at most). Errors name the field.
Metadata read_metadata(registry::Repository& repository, const registry::Document& manifest);

/// "1.2.3+4" is tagged "1.2.3_4": registries do not allow a plus sign.
std::string version_to_tag(std::string_view version);
std::string tag_to_version(std::string_view tag);

enum class Form { archive, unpacked };

/// Writes NAME-VERSION.tgz (and .prov where there is one), or the directory NAME, below
/// `directory`; verified, whole or not at all. The archive must hold one directory, NAME, with a
/// Chart.yaml. Returns the paths, relative to `directory`.
std::vector<std::string> pull(registry::Repository& repository, const registry::Document& manifest,
                              const std::filesystem::path& directory, Form form,
                              registry::Progress& progress, std::stop_token stop);

} // namespace berth::chart
