// Interrupts: SIGINT and SIGTERM as a request to stop.
//
// The signals are blocked in all threads and taken by one thread of this object, so nothing runs
// in a signal handler. The second signal ends the process at once.
#pragma once

#include "base/unique_fd.hpp"

#include <atomic>
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
    /// SIGINT or SIGTERM once one has come, else 0.
    int signal() const { return signal_; }

private:
    void wait();

    std::stop_source stop_;
    std::atomic<int> signal_ = 0;
    UniqueFd signals_;
    UniqueFd wake_;
    std::thread thread_;
};

} // namespace berth::cli
