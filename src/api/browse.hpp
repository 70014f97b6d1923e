// Browse: what is in a registry, for people: repositories, tags, one manifest, one chart.
//
// Lists come from the index if the registry was synced, otherwise from the registry itself, page
// by page; an answer says which. Manifests, configs and charts are read live, by digest, bounded
// and cached. Lists never cost a chart's download.
#pragma once

#include "access/users.hpp"
#include "api/browse_cache.hpp"
#include "api/call.hpp"
#include "api/places.hpp"
#include "base/clock.hpp"
#include "hosting/hosted_registry.hpp"
#include "registration/book.hpp"
#include "registration/content_index.hpp"
#include "registration/open.hpp"

#include <optional>
#include <string>

namespace berth::api {

/// The registry in this server. A person of its tenant sees of it what `users` lets them pull; for
/// others it is not there.
struct EmbeddedParts {
    hosting::HostedRegistry& registry;
    access::Users& users;
    std::string tenant; ///< uid
};

/// All must outlive the routes.
struct BrowseParts {
    registration::Book& book;
    registration::ContentIndex& index;
    registration::Opener& opener;
    ContentCache& cache;
    /// Those who wait for other registries.
    Places& outbound;
    Clock& clock;
    /// Known as the uid "embedded".
    std::optional<EmbeddedParts> embedded = {};
};

Routes make_browse_routes(BrowseParts parts);

} // namespace berth::api
