// The part of the server that is there before any registry: health, version and the first page.
#pragma once

#include "net/http_message.hpp"

#include <functional>
#include <optional>
#include <string>

namespace berth::server {

struct SiteOptions {
    std::string version;
    /// Why the server cannot do its work now, or nothing. Any thread. Empty: always ready.
    std::function<std::optional<std::string>()> unready = {};
};

/// A handler for
///   GET /         the page
///   GET /healthz  200 as long as the process answers
///   GET /readyz   200, or 503 with the reason
///   GET /version  {"name":"berth","version":"…"}
/// All else is Error not_found. Any thread.
net::Handler make_site(SiteOptions options);

/// {"errors":[{"code":"…","message":"…"}]} with the error's HTTP status, for
/// HttpServerOptions::render_error. What is inside an internal error is left out.
net::Response render_error(const Error& error, const net::Request& request);

} // namespace berth::server
