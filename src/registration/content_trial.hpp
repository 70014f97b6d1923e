// ContentTrial: whether a registry's content can be listed and read with what is registered.
#pragma once

#include "registration/validation.hpp"
#include "registry/repository.hpp"

#include <string>
#include <vector>

namespace berth::registration {

/// The last two steps of a validation. The second may use another Registry object of the same
/// registry. Errors of both: CauseErrors and those of the registry.
class ContentTrial {
public:
    ContentTrial(registry::Registry& registry, std::vector<std::string> content_paths)
        : registry_(registry), paths_(std::move(content_paths)) {}

    /// By the catalog, and where there is none by the tags of the content paths. Warnings:
    /// no_catalog (names have to be typed), content_path_empty.
    Step list();
    /// Reads one manifest of what list() found. Skipped: nothing_to_read. CauseError: pull_denied.
    Step read_one(registry::Registry& registry) const;

private:
    Step list_catalog();
    Step list_paths(const Error& refusal);

    registry::Registry& registry_;
    std::vector<std::string> paths_;
    std::vector<std::string> candidates_; ///< repositories to read from, a few
};

} // namespace berth::registration
