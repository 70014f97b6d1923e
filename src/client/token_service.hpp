// Token service: trades a credential for a bearer token (Docker's token authentication; OAuth2
// for identity tokens).
#pragma once

#include "client/endpoint.hpp"
#include "client/scope.hpp"
#include "client/token_cache.hpp"
#include "net/http.hpp"
#include "registry/credentials.hpp"

#include <optional>
#include <stop_token>
#include <string>

namespace berth::client {

/// What a bearer challenge says about its service.
struct TokenRealm {
    net::Url url;
    std::string service;
};

/// Asks `realm` for a token. With an identity token by POST, else by GET with the user's name and
/// password, or anonymously. The realm has passed origin_rules already. Redirects are not
/// followed. Errors: unauthorized and denied name the service, the user and the scope; others as
/// of any request.
Token fetch_token(net::HttpTransport& transport, const Endpoint& registry, const TokenRealm& realm,
                  const Scopes& scopes, const std::optional<registry::Credential>& credential,
                  Clock& clock, std::stop_token stop);

} // namespace berth::client
