// Synchronized<T>: a value that can be touched only under its lock.
#pragma once

#include <condition_variable>
#include <mutex>
#include <utility>

namespace berth {

template <class T>
class Synchronized {
public:
    Synchronized() = default;
    explicit Synchronized(T value) : value_(std::move(value)) {}

    /// Runs `use(T&)` under the lock and returns its result. Do not call back into this object.
    template <class Use>
    decltype(auto) with(Use&& use) {
        const std::lock_guard lock(mutex_);
        return std::forward<Use>(use)(value_);
    }

    /// Waits until `ready(T&)` holds, then runs `use(T&)` under the same lock.
    template <class Ready, class Use>
    decltype(auto) when(Ready&& ready, Use&& use) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return ready(value_); });
        return std::forward<Use>(use)(value_);
    }

    /// As with(), and wakes those who wait in when().
    template <class Use>
    decltype(auto) change(Use&& use) {
        struct Notify {
            std::condition_variable& changed;
            ~Notify() { changed.notify_all(); }
        } notify{changed_};
        const std::lock_guard lock(mutex_);
        return std::forward<Use>(use)(value_);
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    T value_{};
};

} // namespace berth
