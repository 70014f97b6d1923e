// The front door: what an anonymous GET of /v2/ says about a registry.
#pragma once

#include "client/challenge.hpp"
#include "net/http.hpp"

#include <stop_token>
#include <string>
#include <vector>

namespace berth::registration {

struct FrontDoor {
    int status = 0; ///< 200 or 401
    std::vector<client::Challenge> challenges;
};

/// Redirects within the origin are followed, three at most. CauseErrors: redirected (to another
/// origin, or in a circle), not_a_registry (a web page, or something else), no_registry_here (404),
/// tls_required (plain HTTP at a TLS port), not_http, forbidden (403), too_many_requests,
/// server_failing (5xx), client_certificate_refused; those of the transport are named too:
/// unreachable, slow, tls_failed.
FrontDoor knock(net::HttpTransport& transport, const net::Url& url, const net::TlsOptions& tls,
                std::stop_token stop);

} // namespace berth::registration
