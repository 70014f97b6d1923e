// The OCI distribution API (distribution-spec 1.1 and its main branch) and our token endpoint.
#pragma once

#include "access/rate_limiter.hpp"
#include "access/token.hpp"
#include "access/users.hpp"
#include "hosting/hosted_registry.hpp"
#include "net/http_message.hpp"
#include "server/read_through.hpp"

namespace berth::server {

/// What the API stands on; all must outlive the handler.
struct DistributionParts {
    hosting::HostedRegistry& registry;
    access::Users& users;
    access::TokenIssuer& tokens;
    Clock& clock;
    access::RateLimiter* limiter = nullptr; ///< null: nobody is limited
    FindRegistered find_registered = {};    ///< empty: all names are of this registry
};

/// A handler for /v2/… and /token; all other addresses go to `others`. Errors below /v2/ are
/// answered in the specification's form, 401 with a challenge for bearer tokens. Sets the request's
/// route and actor. Any thread.
net::Handler make_distribution(DistributionParts parts, net::Handler others);

/// GET and POST /token: distribution's token authentication, also as OAuth2 with the grants
/// password and refresh_token.
net::Response answer_token(net::Request& request, const DistributionParts& parts);

} // namespace berth::server
