// LoopbackPeer: the other end of a connection in tests, scripted byte by byte.
#pragma once

#include "base/unique_fd.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace berth::net {

/// One accepted connection. Failing to write is silent: the client may have gone.
class PeerConnection {
public:
    explicit PeerConnection(int fd) : fd_(fd) {}

    bool write(std::string_view bytes) const {
        while (!bytes.empty()) {
            const ssize_t sent = ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (sent <= 0) return false;
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        }
        return true;
    }
    /// Up to and including the blank line; empty when the client is gone.
    std::string read_head() {
        while (kept_.find("\r\n\r\n") == std::string::npos) {
            if (!receive()) return {};
        }
        return take(kept_.find("\r\n\r\n") + 4);
    }
    std::string read_exactly(std::size_t size) {
        while (kept_.size() < size && receive()) {
        }
        return take(std::min(size, kept_.size()));
    }
    /// Until the client closes.
    void wait_for_close() {
        while (receive()) kept_.clear();
    }
    /// The next close sends RST.
    void reset_on_close() const {
        const linger option{1, 0};
        ::setsockopt(fd_.get(), SOL_SOCKET, SO_LINGER, &option, sizeof option);
    }
    int fd() const { return fd_.get(); }

private:
    bool receive() {
        char buffer[65536];
        const ssize_t got = ::recv(fd_.get(), buffer, sizeof buffer, 0);
        if (got <= 0) return false;
        kept_.append(buffer, static_cast<std::size_t>(got));
        return true;
    }
    std::string take(std::size_t size) {
        std::string taken = kept_.substr(0, size);
        kept_.erase(0, size);
        return taken;
    }

    UniqueFd fd_;
    std::string kept_;
};

/// Listens on 127.0.0.1 and runs `serve` on a thread of its own per connection.
class LoopbackPeer {
public:
    using Serve = std::function<void(PeerConnection&)>;

    explicit LoopbackPeer(Serve serve) : serve_(std::move(serve)) {
        listener_.reset(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        auto* generic = reinterpret_cast<sockaddr*>(&address);
        if (::bind(listener_.get(), generic, size) != 0 || ::listen(listener_.get(), 64) != 0 ||
            ::getsockname(listener_.get(), generic, &size) != 0)
            throw std::runtime_error("no loopback socket");
        port_ = ntohs(address.sin_port);
        acceptor_ = std::thread([this] { accept_all(); });
    }
    ~LoopbackPeer() {
        ::shutdown(listener_.get(), SHUT_RDWR);
        acceptor_.join();
        for (const int fd : open_) ::shutdown(fd, SHUT_RDWR);
        for (std::thread& thread : threads_) thread.join();
        for (const int fd : open_) ::close(fd);
    }
    LoopbackPeer(const LoopbackPeer&) = delete;
    LoopbackPeer& operator=(const LoopbackPeer&) = delete;

    std::uint16_t port() const { return port_; }
    int connections() const { return connections_; }
    std::string url(std::string_view path = "/") const {
        return "http://127.0.0.1:" + std::to_string(port_) + std::string(path);
    }

private:
    void accept_all() {
        while (true) {
            const int fd = ::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC);
            if (fd < 0) return;
            ++connections_;
            // A duplicate, so that the destructor can shut down what a script still holds.
            open_.push_back(::dup(fd));
            threads_.emplace_back([this, fd] {
                PeerConnection connection(fd);
                serve_(connection);
                ::shutdown(fd, SHUT_WR);
            });
        }
    }

    Serve serve_;
    UniqueFd listener_;
    std::uint16_t port_ = 0;
    std::atomic<int> connections_{0};
    std::vector<int> open_;
    std::vector<std::thread> threads_;
    std::thread acceptor_;
};

} // namespace berth::net
