// HttpServer: HTTP/1.1 over TCP or TLS, in blocking handlers.
//
// One thread accepts. Idle connections lie in one epoll set, at which a few workers wait; the one
// that gets a connection serves what has arrived and parks it again. So an idle or slow client
// costs no thread until its request is whole up to the body, and a short request is served without
// being handed from thread to thread. More workers come while requests are long, and go again.
#pragma once

#include "net/forwarded.hpp"
#include "net/http_message.hpp"
#include "net/tls_stream.hpp"
#include "net/turned_away.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>

namespace berth::net {

struct HttpServerOptions {
    std::string host = "127.0.0.1"; ///< "" for every address of this machine
    std::uint16_t port = 0;         ///< 0: the system chooses
    std::optional<TlsServerOptions> tls = {};

    std::size_t max_connections = 10'000; ///< more are closed as they come
    /// Of one address (IPv6: of one /64), trusted proxies apart. At least 1.
    std::size_t max_per_address = 5'000;
    std::size_t max_workers = 512; ///< requests served at once
    /// How many of them one address may have: the client's, as forwarded() tells it. More stand in
    /// line without a worker. At least 1.
    std::size_t max_requests_per_address = 128;
    std::uint64_t max_body = std::numeric_limits<std::uint64_t>::max();
    /// Whose X-Forwarded-For and X-Forwarded-Proto are believed.
    std::vector<AddressRange> trusted_proxies = {};

    std::chrono::milliseconds head{10'000}; ///< from a head's first byte to its last
    std::chrono::milliseconds idle{60'000}; ///< between requests
    /// How long a request stands in line for those of its address before it is answered 429.
    std::chrono::milliseconds line{10'000};
    std::chrono::milliseconds stall{30'000}; ///< how long a body may stand still, either way
    /// In which it moves a KiB in the long run: a client must not hold a worker as it likes.
    std::chrono::milliseconds slow_kib{1'000};
    /// How long what a refused client still sends is read, so that it sees the answer. No worker
    /// waits for that.
    std::chrono::milliseconds linger{1'000};
    std::chrono::milliseconds worker_idle{60'000}; ///< until a worker without work ends

    /// Renders what a handler threw; the default is plain text with the error's HTTP status. Any
    /// worker. Must not throw.
    std::function<Response(const Error&, const Request&)> render_error = {};
    /// Called after each exchange, by any worker. Must not throw. May be empty.
    std::function<void(const Exchange&)> on_exchange = {};
    /// Called for each connection that is turned away, by any thread. Must not throw. May be empty.
    std::function<void(const TurnedAway&)> on_turned_away = {};
};

class HttpServer {
public:
    /// Listens and serves from here on. `handler` is called by many threads at once. Errors: those
    /// of listen_on() and TlsServerContext.
    HttpServer(HttpServerOptions options, Handler handler);
    /// stop() without waiting for requests.
    ~HttpServer();
    HttpServer(const HttpServer&) = delete;
    HttpServer& operator=(const HttpServer&) = delete;

    std::uint16_t port() const noexcept;
    /// Connections open now, idle ones included.
    std::size_t connections() const;
    /// Requests that are being answered now.
    std::size_t running() const noexcept;
    /// Requests that stand in line, since their address has as many under way as it may.
    std::size_t waiting() const noexcept;

    /// Reads the TLS certificate and key again, for connections that come from now on. Errors: as
    /// TlsServerContext; then the old pair stays. Without TLS nothing happens.
    void reload_certificate();
    /// When the certificate ends; nothing without TLS.
    std::optional<std::chrono::system_clock::time_point> certificate_expiry() const;

    /// Stops accepting, closes idle connections and lets running requests finish for `grace`.
    /// Returns true if all did. Any thread but a handler's, once or more.
    bool drain(std::chrono::milliseconds grace);
    /// drain(); then asks the handlers that still run to stop, breaks their connections and waits
    /// for them to return. As drain() otherwise.
    bool stop(std::chrono::milliseconds grace);

private:
    class Core;
    std::unique_ptr<Core> core_;
};

/// The default of HttpServerOptions::render_error.
Response render_plain_error(const Error& error, const Request& request);

} // namespace berth::net
