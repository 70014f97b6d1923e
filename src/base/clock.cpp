#include "base/clock.hpp"

#include <condition_variable>
#include <mutex>

namespace berth {

std::chrono::steady_clock::time_point SystemClock::now() {
    return std::chrono::steady_clock::now();
}

std::chrono::system_clock::time_point SystemClock::wall_now() {
    return std::chrono::system_clock::now();
}

bool SystemClock::sleep(std::chrono::milliseconds duration, std::stop_token stop) {
    std::mutex mutex;
    std::condition_variable_any stopped;
    std::unique_lock lock(mutex);
    stopped.wait_for(lock, stop, duration, [] { return false; });
    return !stop.stop_requested();
}

bool ManualClock::sleep(std::chrono::milliseconds duration, std::stop_token stop) {
    if (stop.stop_requested()) return false;
    advance(duration);
    slept_ += duration;
    return true;
}

void ManualClock::advance(std::chrono::milliseconds duration) {
    now_ += duration;
    wall_now_ += duration;
}

} // namespace berth
