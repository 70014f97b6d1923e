// DripMeter: tells a slow transfer from one that has stalled or only drips.
#pragma once

#include <chrono>
#include <cstddef>

namespace berth::net {

/// Each KiB must move within `limit` of waiting. Time in which nobody waits does not count.
class DripMeter {
public:
    using Duration = std::chrono::steady_clock::duration;
    static constexpr std::size_t least = 1024;

    explicit DripMeter(Duration limit) : limit_(limit) {}

    void moved(std::size_t bytes) noexcept {
        bytes_ += bytes;
        if (bytes_ < least) return;
        bytes_ = 0;
        waited_ = Duration::zero();
    }
    void waited(Duration duration) noexcept { waited_ += duration; }
    Duration left() const noexcept { return limit_ - waited_; }
    bool expired() const noexcept { return waited_ >= limit_; }

private:
    Duration limit_;
    Duration waited_{};
    std::size_t bytes_ = 0;
};

} // namespace berth::net
