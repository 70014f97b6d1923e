// The addresses of who is who: login, users, API keys, projects and the audit trail.
#pragma once

#include "access/rate_limiter.hpp"
#include "access/users.hpp"
#include "api/call.hpp"
#include "base/clock.hpp"
#include "identity/realm.hpp"
#include "observe/audit.hpp"

#include <functional>

namespace berth::api {

/// All must outlive the routes.
struct IdentityParts {
    identity::Realm& realm;
    access::Users& users;
    access::RateLimiter& limiter;
    observe::Audit& audit;
    Clock& clock;
    /// Told of each wrong password, by any thread. May be empty.
    std::function<void()> login_failed = {};
};

/// Everything below.
Routes make_identity_routes(const IdentityParts& parts);

/// POST /v1/auth/authenticate, GET /v1/auth/refresh/{token}, POST /v1/auth/logout.
Routes make_authentication_routes(const IdentityParts& parts);
/// GET /v1/users/me, GET /v1/users/info.
Routes make_user_routes(const IdentityParts& parts);
/// /v1/users but for those: list, create, change, disable and remove users, and passwords.
Routes make_user_admin_routes(const IdentityParts& parts);
/// /v1/apiKeys.
Routes make_api_key_routes(const IdentityParts& parts);
/// /v1/projects, POST /v1/dashboard/projects, GET /v1/dashboard/projects/metadata.
Routes make_project_routes(const IdentityParts& parts);
/// GET /v1/audit.
Routes make_audit_routes(const IdentityParts& parts);

} // namespace berth::api
