// GET /metrics: the process's numbers, for Prometheus.
#pragma once

#include "access/rate_limiter.hpp"
#include "access/token.hpp"
#include "access/users.hpp"
#include "net/http_message.hpp"
#include "observe/metrics.hpp"

namespace berth::server {

/// All must outlive the handler.
struct MetricsEndpointParts {
    const observe::Metrics& metrics;
    access::Users& users;
    access::TokenIssuer& tokens;
    access::RateLimiter* limiter = nullptr; ///< null: wrong passwords are not counted
    bool anonymous = false;                 ///< whether everybody may read
};

/// For administrators: by Basic, or by a token for registry:catalog:*. 401 and 403 for others.
/// Any thread.
net::Handler make_metrics_endpoint(MetricsEndpointParts parts);

} // namespace berth::server
