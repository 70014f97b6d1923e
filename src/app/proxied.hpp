// Proxied: whether a request would go by a proxy, as the environment's variables say.
#pragma once

#include "net/http.hpp"
#include "net/url.hpp"

namespace berth::app {

/// As libcurl decides; in doubt no, so that addresses are looked at.
bool goes_by_proxy(const net::CurlOptions& options, const net::Origin& origin);

} // namespace berth::app
