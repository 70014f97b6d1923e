// Retry: the one place that decides whether a failed request is made again, and when.
#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"

#include <chrono>
#include <functional>
#include <random>
#include <stop_token>
#include <string_view>
#include <utility>

namespace berth::client {

struct RetryPolicy {
    int attempts = 5;
    /// Fewer where more would keep a person waiting in vain: each timeout took a minute.
    int timeout_attempts = 2;
    int unreachable_attempts = 4;
    std::chrono::milliseconds first_wait{500}; ///< doubles each time, plus or minus a half
    std::chrono::milliseconds longest_wait{15'000};
    int longest_retry_after_seconds = 60; ///< a server that asks for more ends it
    std::chrono::seconds waits_in_sum{150};
    /// If it is not 0: nothing is repeated that long after the operation began or moved on.
    std::chrono::milliseconds within{0};
};

/// The failures of one operation so far. One thread at a time.
class Retry {
public:
    /// `clock` must outlive it. `note` is told before each wait; may be empty.
    Retry(RetryPolicy policy, Clock& clock, std::stop_token stop,
          std::function<void(std::string_view)> note);

    /// True, after a wait, if the operation may be tried again after `error`, by the retryable
    /// column of its code. False: it is final, for the caller to throw on as what it is; how often
    /// it was tried has been added to it. Throws cancelled if the wait was stopped.
    bool again_after(Error& error);
    /// The operation moved forward: failures are counted anew.
    void progressed();

    /// Calls `act` until it returns or fails for good.
    template <class Act>
    auto run(Act&& act) -> decltype(act()) {
        while (true) {
            try {
                return act();
            } catch (Error& error) {
                if (!again_after(error)) throw;
            }
        }
    }

private:
    bool may_repeat(const Error& error) const;
    std::chrono::milliseconds wait_after(const Error& error);

    RetryPolicy policy_;
    Clock& clock_;
    std::stop_token stop_;
    std::function<void(std::string_view)> note_;
    std::chrono::steady_clock::time_point since_; ///< it began, or moved forward
    std::minstd_rand random_;
    int failures_ = 0;
    std::chrono::milliseconds waited_{0};
};

} // namespace berth::client
