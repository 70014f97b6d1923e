#include "net/parking.hpp"

#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

namespace berth::net {

Parking::Parking()
    : epoll_(::epoll_create1(EPOLL_CLOEXEC)), closing_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    if (!epoll_ || !closing_) throw system_error("creating an epoll set", errno);
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = closing_.get();
    if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, closing_.get(), &event) != 0)
        throw system_error("watching an event", errno);
}

// One event at a time: what a thread has taken must not wait for what it took before.
std::optional<Parking::Connection> Parking::next() {
    while (true) {
        epoll_event event{};
        const int found = ::epoll_wait(epoll_.get(), &event, 1, -1);
        const std::lock_guard lock(mutex_);
        if (closed_) return std::nullopt;
        if (found < 1) continue;
        const auto at = connections_.find(event.data.fd);
        if (at == connections_.end() || !at->second) continue;
        ++active_;
        return std::move(at->second);
    }
}

/// One that is new always wants something.
void Parking::watch(int fd, short wants, int operation) {
    if (wants == 0) return;
    epoll_event event{};
    event.events = EPOLLONESHOT | EPOLLRDHUP | (wants == POLLOUT ? EPOLLOUT : EPOLLIN);
    event.data.fd = fd;
    if (::epoll_ctl(epoll_.get(), operation, fd, &event) != 0)
        throw system_error("watching a connection", errno);
}

// The lock is held while the descriptor is armed: the moment it is released, another thread may
// close the connection, and its number may belong to another.
void Parking::park(Connection connection) {
    const std::lock_guard lock(mutex_);
    const int fd = connection->fd();
    const bool is_new = connections_.try_emplace(fd).second;
    if (is_new) ++active_;
    if (closed_) return forget(fd);
    try {
        watch(fd, connection->wants(), is_new ? EPOLL_CTL_ADD : EPOLL_CTL_MOD);
    } catch (const Error&) {
        forget(fd);
        throw;
    }
    connections_[fd] = std::move(connection);
    if (--active_ == 0) emptied_.notify_all();
}

void Parking::wake(int fd) noexcept {
    const std::lock_guard lock(mutex_);
    const auto at = connections_.find(fd);
    if (at == connections_.end() || !at->second) return;
    try {
        watch(fd, at->second->wants(), EPOLL_CTL_MOD);
    } catch (const Error&) {
        // Its deadline ends it.
    }
}

/// Of an active connection; under the lock.
void Parking::forget(int fd) {
    connections_.erase(fd);
    if (--active_ == 0) emptied_.notify_all();
}

void Parking::leave(Connection connection) {
    {
        const std::lock_guard lock(mutex_);
        forget(connection->fd());
    }
    connection.reset();
}

std::vector<Parking::Connection> Parking::take_expired() {
    const auto now = HttpConnection::Clock::now();
    std::vector<Connection> expired;
    const std::lock_guard lock(mutex_);
    for (auto& [fd, connection] : connections_) {
        if (!connection || connection->deadline() > now) continue;
        expired.push_back(std::move(connection));
        ++active_;
    }
    return expired;
}

std::size_t Parking::size() const {
    const std::lock_guard lock(mutex_);
    return connections_.size();
}

// Destroyed without the lock: the end of one wakes another.
void Parking::close() {
    std::vector<Connection> parked;
    const std::lock_guard lock(mutex_);
    closed_ = true;
    for (auto& [fd, connection] : connections_) {
        if (connection) parked.push_back(std::move(connection));
    }
    for (const Connection& each : parked) connections_.erase(each->fd());
    const std::uint64_t one = 1;
    // A full counter wakes as well.
    static_cast<void>(!::write(closing_.get(), &one, sizeof one));
}

bool Parking::await_empty(std::chrono::milliseconds most) {
    std::unique_lock lock(mutex_);
    return emptied_.wait_for(lock, most, [&] { return active_ == 0; });
}

void Parking::shut_down_active() {
    const std::lock_guard lock(mutex_);
    for (const auto& [fd, connection] : connections_) {
        if (!connection) ::shutdown(fd, SHUT_RDWR);
    }
}

} // namespace berth::net
