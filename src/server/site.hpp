// The part of the server that is there before any registry: health and version.
#pragma once

#include "net/http_message.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace berth::server {

/// One thing that must hold for the server to do its work.
struct HealthCheck {
    std::string name;                        ///< "disk_space": one word
    std::optional<std::string> failure = {}; ///< why it does not hold; read by anybody
};

struct SiteOptions {
    std::string version;
    /// What /readyz looks at. Any thread. Empty: always ready.
    std::function<std::vector<HealthCheck>()> checks = {};
    /// GET /metrics; empty: it is not there.
    net::Handler metrics = {};
};

/// A handler for
///   GET /livez, /healthz   200 as long as the process answers
///   GET /startupz          200: whoever answers has started
///   GET /readyz            200, or 503 with the reasons; with ?verbose every check by name
///   GET /version           {"name":"berth","version":"…"}
///   GET /metrics           see make_metrics_endpoint()
/// All else is Error not_found. Sets the request's route. Any thread.
net::Handler make_site(SiteOptions options);

/// {"errors":[{"code":"…","message":"…"}]} with the error's HTTP status, for
/// HttpServerOptions::render_error. What is inside an internal error is left out.
net::Response render_error(const Error& error, const net::Request& request);

} // namespace berth::server
