// Endpoint: where a registry is.
#pragma once

#include "base/error.hpp"
#include "client/remote_registry.hpp"
#include "net/http.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace berth::client {

/// For whoever is refused and did not say well enough who they are.
inline constexpr const char* login_hint = "give its user name and password, or its token";

struct Endpoint {
    std::string name; ///< as in references: "docker.io"
    net::Origin origin;
    net::TlsOptions tls = {};
    std::vector<std::string> realm_hosts = {}; ///< see RemoteOptions
    std::string base_path = {};                ///< see RemoteOptions

    /// Errors: usage for text that is no host or host:port, and for a base path with a query, a
    /// fragment or dot segments.
    static Endpoint of(const RemoteOptions& options);
    /// "https://host", the base path, "/v2/" and `path`, which is encoded already.
    net::Url url(std::string_view path, std::string query = {}) const;
    /// What whoever is refused here can do.
    Remedy log_in() const { return {Remedy::Kind::log_in, name}; }
};

} // namespace berth::client
