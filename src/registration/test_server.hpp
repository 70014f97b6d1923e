// A registry in this process, over real sockets and TLS, that tests can spoil.
#pragma once

#include "base/text.hpp"
#include "client/tiny_registry.hpp"
#include "net/http_server.hpp"
#include "registration/open.hpp"
#include "registry/repository_contract.hpp"

#include <fmt/format.h>

#include <functional>
#include <optional>
#include <string>

namespace berth::registration::testing {

class TestServer {
public:
    /// Answers instead of the registry, or not.
    using Spoil = std::function<std::optional<net::Response>(const net::Request&)>;

    explicit TestServer(std::optional<net::TlsServerOptions> tls = {}, Spoil spoil = {})
        : spoil_(std::move(spoil)),
          scheme_(tls ? "https" : "http"),
          server_({.tls = std::move(tls)},
                  [this](net::Request& request) { return answer(request); }) {
        registry::contract::push(*registry_.content().repository("team/app"),
                                 registry::contract::small_image(1), "v1");
    }

    std::uint16_t port() const { return server_.port(); }
    std::string endpoint() const { return fmt::format("{}://127.0.0.1:{}", scheme_, port()); }
    registry::MemoryRegistry& content() { return registry_.content(); }

private:
    net::Response answer(net::Request& request) {
        if (spoil_) {
            if (auto spoiled = spoil_(request)) return std::move(*spoiled);
        }
        net::SentRequest sent{.method = request.method,
                              .url = "http://registry.test" + request.path,
                              .headers = {},
                              .authorization = {},
                              .body = {}};
        if (!request.query.empty()) sent.url += "?" + request.query;
        net::HttpResponse given = registry_.answer(sent);
        net::Response response{.status = given.status};
        for (const auto& [name, value] : given.headers.fields()) {
            if (!equals_ignoring_case(name, "Content-Length") || request.method == "HEAD")
                response.headers.add(name, value);
        }
        response.body = read_all(*given.body, 1 << 20, "an answer");
        return response;
    }

    client::TinyRegistry registry_;
    Spoil spoil_;
    std::string scheme_;
    net::HttpServer server_;
};

/// Lets in whoever has the password.
inline TestServer::Spoil basic_login(std::string user, std::string password) {
    return [expected = "Basic " + to_base64(user + ":" + password)](
               const net::Request& request) -> std::optional<net::Response> {
        if (request.headers.find("Authorization").value_or("") == expected) return std::nullopt;
        net::Response refused{.status = 401, .body = std::string("{}")};
        refused.headers.add("WWW-Authenticate", "Basic realm=\"registry\"");
        return refused;
    };
}

inline net::Response plain(int status, std::string body, const std::string& type = "text/plain") {
    net::Response response{.status = status, .body = std::move(body)};
    response.headers.add("Content-Type", type);
    return response;
}

/// Loopback allowed, real connections.
inline Outside real_outside(Clock& clock) {
    return {.make_transport = [] { return net::make_curl_transport({}); },
            .clock = clock,
            .policy = {.loopback = true}};
}

} // namespace berth::registration::testing
