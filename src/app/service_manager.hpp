// ServiceManager: what systemd is told, if it wants to know (sd_notify(3)).
#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace berth::app {

/// Any thread. A manager that cannot be reached is no reason to stop serving.
class ServiceManager {
public:
    /// `socket`: $NOTIFY_SOCKET; "" if nobody listens.
    explicit ServiceManager(std::string socket) : socket_(std::move(socket)) {}

    void ready(std::string_view status) const;
    /// Followed by ready().
    void reloading() const;
    void stopping() const;
    void alive() const; ///< for WatchdogSec=

private:
    void send(std::string_view message) const;
    std::string socket_;
};

} // namespace berth::app
