#include "client/retry.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace berth::client {

Retry::Retry(RetryPolicy policy, Clock& clock, std::stop_token stop,
             std::function<void(std::string_view)> note)
    : policy_(policy),
      clock_(clock),
      stop_(std::move(stop)),
      note_(std::move(note)),
      since_(clock.now()),
      random_(std::random_device()()) {}

bool Retry::may_repeat(const Error& error) const {
    if (!traits(error.code()).retryable || stop_.stop_requested()) return false;
    if (error.retry_after_seconds() > policy_.longest_retry_after_seconds) return false;
    int attempts = policy_.attempts;
    if (error.code() == ErrorCode::timeout) attempts = std::min(attempts, policy_.timeout_attempts);
    if (error.code() == ErrorCode::unreachable)
        attempts = std::min(attempts, policy_.unreachable_attempts);
    return failures_ < attempts;
}

std::chrono::milliseconds Retry::wait_after(const Error& error) {
    const auto doubled = policy_.first_wait * (1LL << std::min(failures_ - 1, 16));
    const auto middle = std::min<std::chrono::milliseconds>(doubled, policy_.longest_wait);
    std::uniform_int_distribution<std::int64_t> around(middle.count() / 2, middle.count() * 3 / 2);
    const std::chrono::milliseconds asked = std::chrono::seconds(error.retry_after_seconds());
    // Jitter on top of what was asked for: many clients were told the same.
    if (asked.count() > 0)
        return asked + std::chrono::milliseconds(around(random_)) / (2 * failures_);
    return std::chrono::milliseconds(around(random_));
}

bool Retry::again_after(Error& error) {
    ++failures_;
    if (!may_repeat(error)) {
        if (failures_ > 1) error.add_context(fmt::format("after {} attempts", failures_));
        return false;
    }
    const std::chrono::milliseconds wait = wait_after(error);
    if (waited_ + wait > policy_.waits_in_sum) return false;
    if (policy_.within.count() > 0 && clock_.now() + wait - since_ >= policy_.within) return false;
    waited_ += wait;
    if (note_)
        note_(fmt::format("retrying in {:.1f} s: {}", static_cast<double>(wait.count()) / 1000.0,
                          error.what()));
    if (!clock_.sleep(wait, stop_)) throw Error(ErrorCode::cancelled, "stopped while waiting");
    return true;
}

void Retry::progressed() {
    failures_ = 0;
    waited_ = {};
    since_ = clock_.now();
}

} // namespace berth::client
