// The management API: routes, callers, rights, limits, errors and the audit trail around the
// operations.
#pragma once

#include "access/rate_limiter.hpp"
#include "api/call.hpp"
#include "identity/realm.hpp"
#include "net/http_message.hpp"
#include "observe/audit.hpp"

namespace berth::api {

/// All must outlive the handler.
struct ApiParts {
    identity::Realm& realm;
    access::RateLimiter& limiter;
    observe::Audit& audit;
};

/// A handler for everything below /v1/; all other addresses go to `others`. Errors below /v1/ are
/// always V1Error. What is not GET, and what a route names as an action, is recorded in the trail
/// and in the audit log, unless nobody was known to ask for it or it failed where nobody need be
/// known; the answer's field AuditUid names the record. Sets the request's route (the pattern) and
/// actor. Any thread. Error internal for routes that cannot be.
net::Handler make_api(Routes routes, ApiParts parts, net::Handler others);

} // namespace berth::api
