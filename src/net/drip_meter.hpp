// DripMeter: tells a slow transfer from one that has stalled or only drips.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>

namespace berth::net {

/// A store of patience: waiting uses it up, each KiB that moves gives some of it back, and there is
/// never more than at the start. So a transfer may stand still for `limit`, but not again and
/// again. Time in which nobody waits does not count.
class DripMeter {
public:
    using Duration = std::chrono::steady_clock::duration;
    static constexpr std::size_t least = 1024;

    /// Each KiB gives all patience back: it must move within `limit` of waiting.
    explicit DripMeter(Duration limit) : DripMeter(limit, limit) {}
    /// Each KiB gives `kib_worth` back. Zero: `limit` is for the transfer as a whole; one second:
    /// a transfer that goes on for long moves a KiB a second at least.
    DripMeter(Duration limit, Duration kib_worth)
        : limit_(limit), kib_worth_(std::min(kib_worth, limit)), left_(limit) {}

    void moved(std::size_t bytes) noexcept {
        bytes_ += bytes;
        // Bounded so that the product cannot overflow.
        const auto kib = static_cast<Duration::rep>(std::min<std::size_t>(bytes_ / least, most));
        bytes_ %= least;
        left_ = std::min(limit_, left_ + kib * kib_worth_);
    }
    void waited(Duration duration) noexcept { left_ -= duration; }
    Duration left() const noexcept { return left_; }
    bool expired() const noexcept { return left_ <= Duration::zero(); }

private:
    static constexpr std::size_t most = 1 << 20;

    Duration limit_;
    Duration kib_worth_;
    Duration left_;
    std::size_t bytes_ = 0;
};

} // namespace berth::net
