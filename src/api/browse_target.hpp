// BrowseTarget: the registry that a call looks into, and what of it the caller may see.
#pragma once

#include "api/browse.hpp"
#include "api/browse_commands.hpp"
#include "hosting/index.hpp"
#include "registry/repository.hpp"

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace berth::api {

struct BrowseTarget {
    std::string uid; ///< of the registration, or "embedded"
    /// Under which its content is cached: what was read with another login is not this one's.
    std::string scope = {};
    std::string name; ///< for messages
    /// Opened when it is first needed: lists from the index need none.
    std::function<std::shared_ptr<registry::Registry>()> open;
    /// Repositories to begin with where the registry is not to be asked for its catalog.
    std::vector<std::string> content_paths = {};
    std::function<bool(std::string_view repository)> may_see;
    PullAddress address;
    std::optional<PullAddress> door = {}; ///< as in Shown
    bool indexed = false;                 ///< lists come from the index
    bool elsewhere = false;               ///< another server, which may not answer
    /// When tags were pushed, the youngest first, `most` of them. Empty where the registry does not
    /// tell.
    std::function<std::vector<hosting::TagAge>(const std::string& repository, std::size_t most)>
        tag_ages = {};
    /// The repositories that a filter wants, by name. Empty where only looking into each tells.
    std::function<registry::Page(const hosting::RepositoryFilter& filter, std::string_view after,
                                 std::size_t limit)>
        filtered_repositories = {};
};

/// Of the segment {uid}. Error not_found.
BrowseTarget browse_target(const BrowseParts& parts, const Call& call);

/// The registry in this server. Error not_found if there is none, or none for the caller's tenant.
BrowseTarget embedded_target(const BrowseParts& parts, const Call& call);

/// The parameter `repository`, which the caller may see. Errors: usage if it is missing;
/// name_invalid; not_found for one that is not to be seen.
std::string browsed_repository(const BrowseTarget& target, const Call& call);

/// The parameter `reference`: a tag or a digest. Errors: usage, and those of oci::parse_tag().
std::string browsed_reference(const Call& call);

/// The parameter `region`; "" without it. Error usage for a text that can be none.
std::string browsed_region(const Call& call);

} // namespace berth::api
