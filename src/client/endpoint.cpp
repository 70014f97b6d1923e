#include "client/endpoint.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

namespace berth::client {
namespace {

/// Docker Hub's name in references is not the host that speaks the protocol.
std::string_view host_of(std::string_view registry) {
    if (registry == "docker.io" || registry == "index.docker.io") return "registry-1.docker.io";
    return registry;
}

/// Segments that a server may read as another place would let requests leave the base path.
bool is_base_path(std::string_view path) {
    if (path.empty()) return true;
    if (!path.starts_with('/') || path.find_first_of("?#\\ ") != std::string_view::npos)
        return false;
    for (const std::string_view segment : split(path.substr(1), '/')) {
        if (segment.empty() || segment == "." || segment == "..") return false;
    }
    return true;
}

} // namespace

Endpoint Endpoint::of(const RemoteOptions& options) {
    const std::string_view host = host_of(options.registry);
    const char* scheme = options.plain_http ? "http" : "https";
    const auto url = net::Url::parse(fmt::format("{}://{}/", scheme, host));
    // A path, a query or user info in the name would change where requests go.
    if (url.has_error() || host.find_first_of("/?#@") != std::string_view::npos)
        throw Error(ErrorCode::usage, fmt::format("{} is not a registry's host or host:port",
                                                  berth::quoted(options.registry)));
    if (!is_base_path(options.base_path))
        throw Error(ErrorCode::usage, fmt::format("{} is not a base path: it begins with a slash, "
                                                  "ends without one, and has no ?, #, .. or //",
                                                  berth::quoted(options.base_path)));
    return {options.registry, url->origin, options.tls, options.realm_hosts, options.base_path};
}

net::Url Endpoint::url(std::string_view path, std::string query) const {
    return {origin, base_path + "/v2/" + std::string(path), std::move(query)};
}

} // namespace berth::client
