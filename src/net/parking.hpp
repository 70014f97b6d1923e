// Parking: every open connection of a server, and an epoll set over those that wait.
#pragma once

#include "base/unique_fd.hpp"
#include "net/http_connection.hpp"

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <vector>

namespace berth::net {

/// A connection is parked (watched, one-shot) or active (a thread holds it). Any thread.
class Parking {
public:
    using Connection = std::unique_ptr<HttpConnection>;

    Parking();

    /// Waits for a connection with something to do, and makes it active; many threads may wait, one
    /// gets it. Nothing once closed.
    std::optional<Connection> next();

    /// Takes in a connection that is new or active; one that wants nothing is not watched until it
    /// is woken. Once closed, destroys it instead. Throws Error if it cannot be watched; then it is
    /// destroyed too.
    void park(Connection connection);
    /// What the connection with this descriptor wants has changed. Unless it is parked nothing
    /// happens.
    void wake(int fd) noexcept;
    /// Destroys an active connection.
    void leave(Connection connection);
    /// Takes out the parked connections whose deadline has passed. They count as active.
    std::vector<Connection> take_expired();

    std::size_t size() const;

    /// Destroys what is parked; from now on nothing is parked, and nobody waits.
    void close();
    /// True once no connection is active, false after `most`.
    bool await_empty(std::chrono::milliseconds most);
    /// Breaks the connections that are active.
    void shut_down_active();

private:
    void watch(int fd, short wants, int operation);
    void forget(int fd);

    UniqueFd epoll_;
    UniqueFd closing_; ///< readable once closed, for as many as wait
    mutable std::mutex mutex_;
    std::condition_variable emptied_;
    // By descriptor; null while active.
    std::unordered_map<int, Connection> connections_;
    std::size_t active_ = 0;
    bool closed_ = false;
};

} // namespace berth::net
