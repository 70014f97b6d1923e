// The addresses of syncs, jobs and events.
#pragma once

#include "api/call.hpp"
#include "api/sync.hpp"

#include <functional>

namespace berth::api {

/// All must outlive the routes.
struct SyncRouteParts {
    registration::Book& book;
    Sync& sync;
    Events& events;
    /// Whether what a request brought still opens anything. Empty: always.
    std::function<bool(const net::Request&)> still_opens = {};
};

/// POST …/sync, GET …/sync/status, the jobs, and GET /v1/events, whose answer lasts.
Routes make_sync_routes(SyncRouteParts parts);

} // namespace berth::api
