// The registries of the management API: created, read, changed, deleted and tried, in Palette's
// paths and ours.
#pragma once

#include "api/call.hpp"
#include "api/places.hpp"
#include "api/sync.hpp"
#include "registration/book.hpp"
#include "registration/open.hpp"

namespace berth::api {

/// All must outlive the routes.
struct RegistryParts {
    registration::Book& book;
    registration::Outside& outside;
    Sync& sync;
    registration::ContentIndex& index;
    /// Those who wait for other registries.
    Places& outbound;
    Clock& clock;
};

/// Everything below: those of this file and of registries_validate.hpp.
Routes make_registry_routes(RegistryParts parts);

/// A registration of the caller's tenant. Error not_found, also for one of another kind.
registration::Registration find_registry(registration::Book& book, const Call& call,
                                         std::optional<registration::Kind> kind = {});

/// One of ECR, for whoever asks AWS about it. Errors of find_registry; unsupported where this
/// server does not speak to AWS.
registration::Registration find_ecr_registry(const RegistryParts& parts, const Call& call);

/// With its secrets unsealed. Errors of Book::secrets_of.
registration::Access access_of(registration::Book& book, const registration::Registration& found);

} // namespace berth::api
