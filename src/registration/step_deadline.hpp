// StepDeadline: a stop token that is requested when a step has had its time, or its caller stops.
#pragma once

#include "base/clock.hpp"

#include <atomic>
#include <chrono>
#include <stop_token>
#include <thread>

namespace berth::registration {

class StepDeadline {
public:
    /// `clock` must outlive it.
    StepDeadline(Clock& clock, std::chrono::milliseconds limit, std::stop_token outer)
        : forward_(std::move(outer), Forward{source_}),
          timer_([this, &clock, limit](std::stop_token own) {
              if (!clock.sleep(limit, std::move(own))) return;
              passed_ = true;
              source_.request_stop();
          }) {}

    std::stop_token token() const { return source_.get_token(); }
    bool passed() const noexcept { return passed_; }

private:
    struct Forward {
        std::stop_source source;
        void operator()() const { std::stop_source(source).request_stop(); }
    };
    std::stop_source source_;
    std::atomic<bool> passed_ = false;
    std::stop_callback<Forward> forward_;
    std::jthread timer_; ///< goes first: it uses the others
};

} // namespace berth::registration
