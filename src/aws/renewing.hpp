// Renewing<T>: something that expires, renewed before it does, by one thread at a time.
#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <exception>
#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>
#include <utility>

namespace berth::aws {

struct RenewalPolicy {
    /// From this part of the lifetime on, one caller renews while the others still get the old.
    double early = 0.5;
    /// From this long before the end on, or the last quarter of a shorter life, all wait for the
    /// new one.
    std::chrono::seconds mandatory{900};
    /// After a renewal that failed, while the old one is good.
    std::chrono::seconds pause{60};
};

/// Throws a copy of the error: threads that share an outcome may add their own context to it.
[[noreturn]] void throw_copy(const std::exception_ptr& failure);
/// Whether it is Error cancelled: then it is the affair of that one caller.
bool is_cancelled(const std::exception_ptr& failure);

template <class T>
class Renewing {
public:
    struct Timed {
        T value;
        std::chrono::system_clock::time_point expires;
    };
    using Fetch = std::function<Timed()>;
    /// Told the failure of a renewal that did not matter yet. May be empty.
    using Warn = std::function<void(const Error&)>;

    Renewing(Clock& clock, RenewalPolicy policy, Warn warn = {})
        : clock_(clock), policy_(policy), warn_(std::move(warn)) {}

    /// A value that has not expired. `fetch` is called outside the lock by one caller at a time;
    /// callers that wait share its outcome, an error too. While the old value is good a failure is
    /// a warning. Any thread; throws what `fetch` throws, cancelled.
    T get(const Fetch& fetch, std::stop_token stop) {
        std::unique_lock lock(mutex_);
        while (true) {
            const auto now = clock_.wall_now();
            if (held_ && now < held_->renew) return held_->timed.value;
            if (!flying_) return fly(fetch, lock, now);
            if (held_ && now < held_->must) return held_->timed.value;
            const auto flight = flights_;
            if (!landed_.wait(lock, stop, [&] { return flights_ != flight; }))
                throw Error(ErrorCode::cancelled, "stopped while waiting for AWS");
            if (failure_ && !(held_ && clock_.wall_now() < held_->timed.expires))
                throw_copy(failure_);
            if (held_ && clock_.wall_now() < held_->timed.expires) return held_->timed.value;
        }
    }

    /// Forgets the value, so that the next get() fetches.
    void drop() {
        const std::lock_guard lock(mutex_);
        held_.reset();
    }

    /// Forgets the value if `is_it(value)`: somebody may have renewed it meanwhile.
    template <class Match>
    void drop_if(const Match& is_it) {
        const std::lock_guard lock(mutex_);
        if (held_ && is_it(held_->timed.value)) held_.reset();
    }

private:
    struct Held {
        Timed timed;
        std::chrono::system_clock::time_point renew; ///< from then on somebody renews
        std::chrono::system_clock::time_point must;  ///< from then on all wait
    };

    Held held_until(Timed timed, std::chrono::system_clock::time_point now) const {
        const auto life = timed.expires - now;
        const auto must = timed.expires - std::min<std::chrono::system_clock::duration>(
                                              policy_.mandatory, life / 4);
        const auto early = now + std::chrono::duration_cast<std::chrono::system_clock::duration>(
                                     std::chrono::duration<double>(life) * policy_.early);
        return {std::move(timed), std::min(early, must), must};
    }

    /// Lands on every way out; `lock` is held again then.
    T fly(const Fetch& fetch, std::unique_lock<std::mutex>& lock,
          std::chrono::system_clock::time_point now) {
        flying_ = true;
        failure_ = nullptr;
        lock.unlock();
        std::optional<Timed> fetched;
        std::exception_ptr failure;
        try {
            fetched = fetch();
        } catch (...) {
            failure = std::current_exception();
        }
        lock.lock();
        flying_ = false;
        ++flights_;
        if (!is_cancelled(failure)) failure_ = failure;
        if (fetched) held_ = held_until(*std::move(fetched), now);
        landed_.notify_all();
        if (!failure) return held_->timed.value;
        return old_or_throw(failure, lock);
    }

    T old_or_throw(const std::exception_ptr& failure, std::unique_lock<std::mutex>& lock) {
        const auto now = clock_.wall_now();
        if (!held_ || now >= held_->timed.expires) throw_copy(failure);
        held_->renew = std::min(now + policy_.pause, held_->timed.expires);
        held_->must = std::max(held_->must, held_->renew);
        T old = held_->timed.value;
        lock.unlock();
        try {
            std::rethrow_exception(failure);
        } catch (const Error& error) {
            if (warn_) warn_(error);
        }
        return old;
    }

    Clock& clock_;
    RenewalPolicy policy_;
    Warn warn_;
    std::mutex mutex_;
    std::condition_variable_any landed_;
    std::optional<Held> held_;
    bool flying_ = false;
    std::uint64_t flights_ = 0;
    std::exception_ptr failure_;
};

} // namespace berth::aws
