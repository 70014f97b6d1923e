// Discovery: what a provider says of itself (OpenID Connect Discovery 1.0).
#pragma once

#include "net/url.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace berth::oidc {

struct Discovery {
    std::string issuer;
    net::Url authorization; ///< where a person is sent
    net::Url token;         ///< where a code becomes an id_token
    net::Url keys;          ///< the JWKS
    std::optional<net::Url> userinfo = {};
    std::optional<net::Url> end_session = {}; ///< where people log out of it
    bool secret_in_body = false;              ///< it takes no HTTP Basic for the client's secret
    bool names_itself = false;                ///< its answers hold `iss` (RFC 9207)
};

/// The address of the document: the issuer with /.well-known/openid-configuration behind it.
/// Error usage for an issuer that is no http(s) URL, or has a query.
net::Url discovery_address(std::string_view issuer);

/// LoginFailure broken for a document that is not this issuer's, or names addresses that cannot be
/// used: none without TLS if the issuer has it.
Discovery read_discovery(std::string_view document, std::string_view issuer);

} // namespace berth::oidc
