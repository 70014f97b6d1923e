// Parking: every open connection of a server, and an epoll set over those that wait.
#pragma once

#include "base/unique_fd.hpp"
#include "net/http_connection.hpp"

#include <condition_variable>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace berth::net {

/// A connection is parked (watched, one-shot) or active (a worker holds it). Any thread, except
/// that one thread waits.
class Parking {
public:
    using Connection = std::unique_ptr<HttpConnection>;

    /// Also watches `listener`.
    explicit Parking(int listener);

    /// What wait() found: connections, now active, and whether the listener is ready.
    struct Ready {
        std::vector<Connection> connections;
        bool listener = false;
    };
    Ready wait(std::chrono::milliseconds most);
    /// Ends a wait() now or the next one at once.
    void wake() const;

    /// Takes in a connection that is new or active. Once closed, destroys it instead.
    void park(Connection connection);
    /// Destroys an active connection.
    void leave(Connection connection);
    /// Takes out the parked connections whose deadline has passed. They count as active.
    std::vector<Connection> take_expired();

    std::size_t size() const;

    /// Destroys what is parked; from now on nothing is parked.
    void close();
    /// True once no connection is active, false after `most`.
    bool await_empty(std::chrono::milliseconds most);
    /// Breaks the connections that are active.
    void shut_down_active();

private:
    void watch(int fd, short wants, int operation);

    UniqueFd epoll_;
    UniqueFd wake_;
    const int listener_;
    mutable std::mutex mutex_;
    std::condition_variable emptied_;
    std::unordered_map<int, Connection> parked_;
    std::unordered_set<int> active_;
    bool closed_ = false;
};

} // namespace berth::net
