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

} // namespace

Endpoint Endpoint::of(const RemoteOptions& options) {
    const std::string_view host = host_of(options.registry);
    const char* scheme = options.plain_http ? "http" : "https";
    const auto url = net::Url::parse(fmt::format("{}://{}/", scheme, host));
    // A path, a query or user info in the name would change where requests go.
    if (url.has_error() || host.find_first_of("/?#@") != std::string_view::npos)
        throw Error(ErrorCode::usage, fmt::format("{} is not a registry's host or host:port",
                                                  berth::quoted(options.registry)));
    return {options.registry, url->origin, options.tls, options.realm_hosts};
}

net::Url Endpoint::url(std::string_view path, std::string query) const {
    return {origin, "/v2/" + std::string(path), std::move(query)};
}

} // namespace berth::client
