// The addresses of syncs, jobs and events.
#pragma once

#include "api/call.hpp"
#include "api/sync.hpp"

namespace berth::api {

/// All must outlive the routes.
struct SyncRouteParts {
    registration::Book& book;
    Sync& sync;
    Events& events;
};

/// POST …/sync, GET …/sync/status, the jobs, and GET /v1/events, whose answer lasts.
Routes make_sync_routes(SyncRouteParts parts);

} // namespace berth::api
