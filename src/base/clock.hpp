// Clock: time as a dependency, so that waiting can be tested without waiting.
#pragma once

#include <chrono>
#include <stop_token>

namespace berth {

class Clock {
public:
    virtual ~Clock() = default;
    /// For deadlines and durations.
    virtual std::chrono::steady_clock::time_point now() = 0;
    /// For expiry times that others state.
    virtual std::chrono::system_clock::time_point wall_now() = 0;
    /// Returns after `duration`, or at once when `stop` is requested: then false.
    virtual bool sleep(std::chrono::milliseconds duration, std::stop_token stop) = 0;
};

/// The machine's clocks. Any thread.
class SystemClock final : public Clock {
public:
    std::chrono::steady_clock::time_point now() override;
    std::chrono::system_clock::time_point wall_now() override;
    bool sleep(std::chrono::milliseconds duration, std::stop_token stop) override;
};

/// Stands still until told. sleep() moves it forward by the whole duration and returns true.
/// One thread at a time.
class ManualClock final : public Clock {
public:
    std::chrono::steady_clock::time_point now() override { return now_; }
    std::chrono::system_clock::time_point wall_now() override { return wall_now_; }
    bool sleep(std::chrono::milliseconds duration, std::stop_token stop) override;
    void advance(std::chrono::milliseconds duration);
    /// All that was slept so far.
    std::chrono::milliseconds slept() const { return slept_; }

private:
    std::chrono::steady_clock::time_point now_{std::chrono::hours(1)};
    std::chrono::system_clock::time_point wall_now_{std::chrono::hours(24 * 365 * 55)};
    std::chrono::milliseconds slept_{0};
};

} // namespace berth
