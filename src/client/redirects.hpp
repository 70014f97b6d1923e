// Redirects, followed by hand so that no credential crosses an origin.
#pragma once

#include "net/http.hpp"

#include <stop_token>

namespace berth::client {

/// A response and the address that gave it in the end.
struct Answer {
    net::HttpResponse response;
    net::Url url;

    int status() const { return response.status; }
};

/// Sends `request` and follows at most 5 redirects: all kinds for GET and HEAD, for other methods
/// only 307 and 308, which repeat them as they are. Once another origin is reached, Authorization,
/// Via, cookies and the client certificate stay behind. Errors: response_invalid for https to http,
/// for addresses that origin_rules forbid, and for more redirects.
Answer send_following(net::HttpTransport& transport, net::HttpRequest request,
                      std::stop_token stop);

} // namespace berth::client
