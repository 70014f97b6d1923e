// Interrupts: SIGINT and SIGTERM as a request to stop, SIGHUP as one to reload or to stop.
//
// The signals are blocked in all threads and taken by one thread of this object, so nothing runs
// in a signal handler. The second signal to stop ends the process at once.
#pragma once

#include "base/synchronized.hpp"
#include "base/unique_fd.hpp"

#include <atomic>
#include <functional>
#include <stop_token>
#include <thread>

namespace berth::cli {

class Interrupts {
public:
    /// REQUIRES: no other thread has been started yet; threads inherit the blocked signals.
    Interrupts();
    ~Interrupts();
    Interrupts(const Interrupts&) = delete;
    Interrupts& operator=(const Interrupts&) = delete;

    std::stop_token token() const { return stop_.get_token(); }
    /// The signal that asked to stop once one has come, else 0.
    int signal() const { return signal_; }
    /// From now on SIGHUP calls `act`, on the thread of this object; {} ends that, after a call in
    /// progress. Otherwise it asks to stop, unless it was ignored when the process began (nohup).
    void on_hangup(std::function<void()> act) {
        hangup_.with([&](auto& held) { held = std::move(act); });
    }

private:
    void wait();
    bool handle_hangup();

    std::stop_source stop_;
    std::atomic<int> signal_ = 0;
    bool hangup_ignored_ = false;
    Synchronized<std::function<void()>> hangup_;
    UniqueFd signals_;
    UniqueFd wake_;
    std::thread thread_;
};

} // namespace berth::cli
