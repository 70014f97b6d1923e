#include "net/http_server.hpp"

#include "net/address_count.hpp"
#include "net/address_share.hpp"
#include "net/crew.hpp"
#include "net/http_connection.hpp"
#include "net/parking.hpp"
#include "net/socket_stream.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <thread>

namespace berth::net {
namespace {

constexpr std::chrono::milliseconds sweep_interval{250};
// How often one looks whether the crew keeps up, once it was found all at work; and after how many
// looks that found somebody waiting one stops.
constexpr std::chrono::milliseconds look_interval{1};
constexpr int quiet_looks = 20;
// How long accepting pauses when descriptors or memory have run out.
constexpr std::chrono::milliseconds accept_pause{50};

/// sendfile() and OpenSSL write without a way to suppress the signal. The threads that are started
/// meanwhile inherit this.
class BrokenPipeBlocked {
public:
    BrokenPipeBlocked() {
        sigset_t set;
        ::sigemptyset(&set);
        ::sigaddset(&set, SIGPIPE);
        ::pthread_sigmask(SIG_BLOCK, &set, &before_);
    }
    ~BrokenPipeBlocked() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
    BrokenPipeBlocked(const BrokenPipeBlocked&) = delete;
    BrokenPipeBlocked& operator=(const BrokenPipeBlocked&) = delete;

private:
    sigset_t before_{};
};

/// Rung by any thread, heard by one that polls.
class Doorbell {
public:
    Doorbell() : fd_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
        if (!fd_) throw system_error("creating an event", errno);
    }
    int fd() const noexcept { return fd_.get(); }
    void ring() const noexcept {
        const std::uint64_t one = 1;
        // A full counter wakes as well.
        static_cast<void>(!::write(fd_.get(), &one, sizeof one));
    }
    void silence() const noexcept {
        std::uint64_t count = 0;
        static_cast<void>(!::read(fd_.get(), &count, sizeof count));
    }

private:
    UniqueFd fd_;
};

/// Short work costs a processor each; a few more threads cover those that wait for a lock or a
/// page.
std::size_t on_duty(std::size_t most) {
    return std::min<std::size_t>(most, 2 * std::max(2U, std::thread::hardware_concurrency()));
}

} // namespace

Response render_plain_error(const Error& error, const Request&) {
    Response response{.status = traits(error.code()).http_status, .body = error.message() + '\n'};
    // What is inside is for the log, not for a stranger.
    if (response.status == 500) response.body = "internal error\n";
    response.headers.add("Content-Type", "text/plain; charset=utf-8");
    if (error.retry_after_seconds() > 0)
        response.headers.add("Retry-After", std::to_string(error.retry_after_seconds()));
    return response;
}

class HttpServer::Core {
public:
    Core(HttpServerOptions options, Handler handler)
        : options_(std::move(options)),
          share_(options_.max_requests_per_address, [this](int fd) { parking_.wake(fd); }),
          service_{
              .handle = std::move(handler),
              .render_error = options_.render_error ? options_.render_error : render_plain_error,
              .on_exchange = options_.on_exchange,
              .on_turned_away = options_.on_turned_away,
              .max_body = options_.max_body,
              .head_limit = options_.head,
              .idle_limit = options_.idle,
              .line_limit = options_.line,
              .patience = DripMeter(options_.stall, options_.slow_kib),
              .linger_limit = options_.linger,
              .tls = options_.tls.has_value(),
              .share = &share_,
              .trusted_proxies = options_.trusted_proxies},
          listener_(listen_on(options_.host, options_.port)),
          port_(local_port(listener_.get())),
          addresses_(options_.max_per_address) {
        if (options_.tls) tls_.emplace(*options_.tls);
        start();
    }
    ~Core() { stop(std::chrono::milliseconds(0)); }

    std::uint16_t port() const noexcept { return port_; }
    std::size_t connections() const { return parking_.size(); }
    std::size_t running() const noexcept {
        return service_.running.load(std::memory_order_relaxed);
    }
    std::size_t waiting() const noexcept { return share_.waiting(); }
    void reload_certificate() {
        if (tls_) tls_->reload();
    }
    std::optional<std::chrono::system_clock::time_point> certificate_expiry() const {
        if (!tls_) return std::nullopt;
        return tls_->expiry();
    }

    bool drain(std::chrono::milliseconds grace) {
        const std::lock_guard lock(stopping_);
        service_.draining = true;
        bell_.ring();
        if (acceptor_.joinable()) acceptor_.join();
        listener_.reset();
        parking_.close();
        return parking_.await_empty(grace);
    }

    bool stop(std::chrono::milliseconds grace) {
        if (drain(grace)) return true;
        service_.stop.request_stop();
        parking_.shut_down_active();
        while (!parking_.await_empty(std::chrono::hours(1))) {
        }
        return false;
    }

private:
    void start() {
        const BrokenPipeBlocked blocked;
        const CrewSize size{on_duty(options_.max_workers), options_.max_workers,
                            options_.worker_idle};
        crew_.emplace(size, CrewWork<Parking::Connection>{
                                [this] { return parking_.next(); },
                                [this](Parking::Connection each) { serve(std::move(each)); },
                                [this] { raise_alarm(); }});
        try {
            acceptor_ = std::thread([this] { run(); });
        } catch (const std::system_error&) {
            parking_.close();
            throw;
        }
    }

    void run() {
        auto swept = HttpConnection::Clock::now();
        auto looked = swept;
        while (!service_.draining) {
            if (await_arrival(looking_ ? look_interval : sweep_interval)) accept_all();
            const auto now = HttpConnection::Clock::now();
            if (looking_ && now - looked >= look_interval) {
                looked = now;
                look();
            }
            if (now - swept < sweep_interval) continue;
            swept = now;
            expire();
        }
    }

    /// Whether somebody wants to connect; returns early when the bell rings.
    bool await_arrival(std::chrono::milliseconds most) {
        std::array<pollfd, 2> watched{pollfd{listener_.get(), POLLIN, 0},
                                      pollfd{bell_.fd(), POLLIN, 0}};
        ::poll(watched.data(), watched.size(), static_cast<int>(most.count()));
        if (watched[1].revents != 0) bell_.silence();
        return watched[0].revents != 0;
    }

    void raise_alarm() noexcept {
        if (!looking_.exchange(true)) bell_.ring();
    }

    void look() {
        if (crew_->look()) {
            quiet_ = 0;
            return;
        }
        if (++quiet_ < quiet_looks) return;
        quiet_ = 0;
        looking_ = false;
        // An alarm just before that was not heard.
        if (crew_->look()) looking_ = true;
    }

    void expire() {
        for (Parking::Connection& connection : parking_.take_expired()) {
            const auto next = connection->expire();
            settle(std::move(connection), next);
        }
    }

    void accept_all() {
        while (!service_.draining) {
            UniqueFd socket(
                ::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
            if (socket) {
                take_in(std::move(socket));
                continue;
            }
            if (errno == ECONNABORTED || errno == EINTR) continue;
            if (errno == EAGAIN) return;
            turn_away("", "resources", "no descriptor or no memory for a connection");
            std::this_thread::sleep_for(accept_pause);
            return;
        }
    }

    void take_in(UniqueFd socket) {
        const int on = 1;
        ::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        std::string peer;
        try {
            peer = peer_address(socket.get());
            if (auto place = place_for(peer)) {
                parking_.park(std::make_unique<HttpConnection>(stream_over(std::move(socket)), peer,
                                                               std::move(*place), service_));
            }
        } catch (const std::exception& error) {
            // Out of memory or of descriptors: this client is turned away, the server goes on.
            turn_away(peer, "resources", error.what());
        }
    }

    std::unique_ptr<Stream> stream_over(UniqueFd socket) const {
        if (tls_) return std::make_unique<TlsStream>(*tls_, std::move(socket));
        return std::make_unique<SocketStream>(std::move(socket));
    }

    /// Nothing if the client is turned away.
    std::optional<AddressCount::Place> place_for(const std::string& peer) {
        if (parking_.size() >= options_.max_connections) {
            turn_away(peer, "connections", "as many connections are open as may be");
            return std::nullopt;
        }
        // A proxy speaks for many.
        if (is_trusted(peer, options_.trusted_proxies)) return AddressCount::Place();
        auto place = addresses_.enter(peer);
        if (!place) turn_away(peer, "address", "the address has as many connections as it may");
        return place;
    }

    void turn_away(std::string_view peer, std::string_view reason,
                   std::string_view detail) const noexcept {
        if (options_.on_turned_away) options_.on_turned_away({peer, reason, detail});
    }

    void serve(Parking::Connection connection) noexcept {
        const auto next = connection->serve();
        settle(std::move(connection), next);
    }

    void settle(Parking::Connection connection, HttpConnection::Next next) noexcept {
        try {
            if (next == HttpConnection::Next::park)
                parking_.park(std::move(connection));
            else
                parking_.leave(std::move(connection));
        } catch (const std::exception&) {
            // It could not be watched: it is closed by now.
        }
    }

    const HttpServerOptions options_;
    AddressShare share_; ///< outlives all connections
    Service service_;
    std::optional<TlsServerContext> tls_;
    UniqueFd listener_;
    const std::uint16_t port_;
    Doorbell bell_;
    AddressCount addresses_; ///< outlives all connections
    Parking parking_;
    std::optional<Crew<Parking::Connection>> crew_; ///< joined before what it uses goes
    std::atomic<bool> looking_{false};
    int quiet_ = 0; ///< looks in a row that found somebody waiting; the acceptor's
    std::mutex stopping_;
    std::thread acceptor_;
};

HttpServer::HttpServer(HttpServerOptions options, Handler handler)
    : core_(std::make_unique<Core>(std::move(options), std::move(handler))) {}

HttpServer::~HttpServer() = default;

std::uint16_t HttpServer::port() const noexcept {
    return core_->port();
}
std::size_t HttpServer::connections() const {
    return core_->connections();
}
std::size_t HttpServer::running() const noexcept {
    return core_->running();
}
std::size_t HttpServer::waiting() const noexcept {
    return core_->waiting();
}
void HttpServer::reload_certificate() {
    core_->reload_certificate();
}
std::optional<std::chrono::system_clock::time_point> HttpServer::certificate_expiry() const {
    return core_->certificate_expiry();
}
bool HttpServer::drain(std::chrono::milliseconds grace) {
    return core_->drain(grace);
}

bool HttpServer::stop(std::chrono::milliseconds grace) {
    return core_->stop(grace);
}

} // namespace berth::net
