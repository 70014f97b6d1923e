#include "net/parking.hpp"

#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>

namespace berth::net {
namespace {

constexpr int batch = 256;

void add(int epoll, int fd) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = fd;
    if (::epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) != 0)
        throw system_error("watching a socket", errno);
}

} // namespace

Parking::Parking(int listener)
    : epoll_(::epoll_create1(EPOLL_CLOEXEC)),
      wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      listener_(listener) {
    if (!epoll_ || !wake_) throw system_error("creating an epoll set", errno);
    add(epoll_.get(), listener_);
    add(epoll_.get(), wake_.get());
}

Parking::Ready Parking::wait(std::chrono::milliseconds most) {
    std::array<epoll_event, batch> events;
    const int found =
        ::epoll_wait(epoll_.get(), events.data(), batch, static_cast<int>(most.count()));
    Ready ready;
    const std::lock_guard lock(mutex_);
    for (int i = 0; i < found; ++i) {
        const int fd = events[static_cast<std::size_t>(i)].data.fd;
        if (fd == listener_) ready.listener = true;
        const auto at = parked_.find(fd);
        if (at == parked_.end()) continue;
        active_.insert(fd);
        ready.connections.push_back(std::move(at->second));
        parked_.erase(at);
    }
    return ready;
}

void Parking::wake() const {
    const std::uint64_t one = 1;
    // A full counter wakes as well.
    static_cast<void>(!::write(wake_.get(), &one, sizeof one));
}

void Parking::watch(int fd, short wants, int operation) {
    epoll_event event{};
    event.events = EPOLLONESHOT | EPOLLRDHUP | (wants == POLLOUT ? EPOLLOUT : EPOLLIN);
    event.data.fd = fd;
    if (::epoll_ctl(epoll_.get(), operation, fd, &event) != 0)
        throw system_error("watching a connection", errno);
}

// The lock is held while the descriptor is armed: the moment it is released, the waiting thread may
// close the connection, and its number may belong to another.
void Parking::park(Connection connection) {
    const std::lock_guard lock(mutex_);
    const int fd = connection->fd();
    const bool known = active_.erase(fd) > 0;
    if (active_.empty()) emptied_.notify_all();
    if (closed_) return;
    watch(fd, connection->wants(), known ? EPOLL_CTL_MOD : EPOLL_CTL_ADD);
    parked_[fd] = std::move(connection);
}

void Parking::leave(Connection connection) {
    {
        const std::lock_guard lock(mutex_);
        active_.erase(connection->fd());
        if (active_.empty()) emptied_.notify_all();
    }
    connection.reset();
}

std::vector<Parking::Connection> Parking::take_expired() {
    const auto now = HttpConnection::Clock::now();
    std::vector<Connection> expired;
    const std::lock_guard lock(mutex_);
    for (auto at = parked_.begin(); at != parked_.end();) {
        if (at->second->deadline() > now) {
            ++at;
            continue;
        }
        active_.insert(at->first);
        expired.push_back(std::move(at->second));
        at = parked_.erase(at);
    }
    return expired;
}

std::size_t Parking::size() const {
    const std::lock_guard lock(mutex_);
    return parked_.size() + active_.size();
}

void Parking::close() {
    std::unordered_map<int, Connection> idle;
    const std::lock_guard lock(mutex_);
    closed_ = true;
    idle.swap(parked_);
}

bool Parking::await_empty(std::chrono::milliseconds most) {
    std::unique_lock lock(mutex_);
    return emptied_.wait_for(lock, most, [&] { return active_.empty(); });
}

void Parking::shut_down_active() {
    const std::lock_guard lock(mutex_);
    for (const int fd : active_) ::shutdown(fd, SHUT_RDWR);
}

} // namespace berth::net
