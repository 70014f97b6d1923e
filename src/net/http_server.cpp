#include "net/http_server.hpp"

#include "net/crew.hpp"
#include "net/http_connection.hpp"
#include "net/parking.hpp"
#include "net/socket_stream.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <thread>

namespace berth::net {
namespace {

constexpr std::chrono::milliseconds sweep_interval{250};
// How long accepting pauses when descriptors or memory have run out.
constexpr std::chrono::milliseconds accept_pause{50};

/// sendfile() and OpenSSL write without a way to suppress the signal. Inherited by the workers.
void block_broken_pipe_signal() {
    sigset_t set;
    ::sigemptyset(&set);
    ::sigaddset(&set, SIGPIPE);
    ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

} // namespace

Response render_plain_error(const Error& error, const Request&) {
    Response response{.status = traits(error.code()).http_status, .body = error.message() + '\n'};
    // What is inside is for the log, not for a stranger.
    if (response.status == 500) response.body = "internal error\n";
    response.headers.add("Content-Type", "text/plain; charset=utf-8");
    return response;
}

class HttpServer::Core {
public:
    Core(HttpServerOptions options, Handler handler)
        : options_(std::move(options)),
          service_{
              .handle = std::move(handler),
              .render_error = options_.render_error ? options_.render_error : render_plain_error,
              .on_exchange = options_.on_exchange,
              .max_body = options_.max_body,
              .head_limit = options_.head,
              .idle_limit = options_.idle,
              .stall_limit = options_.stall,
              .tls = options_.tls.has_value()},
          listener_(listen_on(options_.host, options_.port)),
          port_(local_port(listener_.get())),
          parking_(listener_.get()),
          crew_(options_.max_workers, options_.worker_idle,
                [this](Parking::Connection connection) { serve(std::move(connection)); }) {
        if (options_.tls) tls_.emplace(*options_.tls);
        acceptor_ = std::thread([this] { run(); });
    }
    ~Core() { stop(std::chrono::milliseconds(0)); }

    std::uint16_t port() const noexcept { return port_; }
    std::size_t connections() const { return parking_.size(); }

    bool stop(std::chrono::milliseconds grace) {
        const std::lock_guard lock(stopping_);
        service_.draining = true;
        parking_.wake();
        if (acceptor_.joinable()) acceptor_.join();
        listener_.reset();
        parking_.close();
        if (parking_.await_empty(grace)) return true;
        service_.stop.request_stop();
        parking_.shut_down_active();
        while (!parking_.await_empty(std::chrono::hours(1))) {
        }
        return false;
    }

private:
    void run() {
        block_broken_pipe_signal();
        auto swept = HttpConnection::Clock::now();
        while (!service_.draining) {
            Parking::Ready ready = parking_.wait(sweep_interval);
            for (Parking::Connection& connection : ready.connections)
                hand_over(std::move(connection));
            if (ready.listener) accept_all();
            if (HttpConnection::Clock::now() - swept < sweep_interval) continue;
            swept = HttpConnection::Clock::now();
            expire();
        }
    }

    void expire() {
        for (Parking::Connection& connection : parking_.take_expired()) {
            connection->expire();
            parking_.leave(std::move(connection));
        }
    }

    void hand_over(Parking::Connection connection) {
        try {
            crew_.submit(std::move(connection));
        } catch (const std::system_error&) {
            parking_.leave(std::move(connection));
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
            if (errno != EAGAIN) std::this_thread::sleep_for(accept_pause);
            return;
        }
    }

    void take_in(UniqueFd socket) {
        if (parking_.size() >= options_.max_connections) return;
        const int on = 1;
        ::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        try {
            std::unique_ptr<Stream> stream;
            if (tls_)
                stream = std::make_unique<TlsStream>(*tls_, std::move(socket));
            else
                stream = std::make_unique<SocketStream>(std::move(socket));
            parking_.park(std::make_unique<HttpConnection>(std::move(stream), service_));
        } catch (const std::exception&) {
            // Out of memory or of descriptors: this client is turned away, the server goes on.
        }
    }

    void serve(Parking::Connection connection) noexcept {
        try {
            if (connection->serve() == HttpConnection::Next::park)
                parking_.park(std::move(connection));
            else
                parking_.leave(std::move(connection));
        } catch (const std::exception&) {
            // It could not be watched: it is closed by now.
        }
    }

    const HttpServerOptions options_;
    Service service_;
    std::optional<TlsServerContext> tls_;
    UniqueFd listener_;
    const std::uint16_t port_;
    Parking parking_;
    Crew<Parking::Connection> crew_; ///< joined before what it uses goes
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
bool HttpServer::stop(std::chrono::milliseconds grace) {
    return core_->stop(grace);
}

} // namespace berth::net
