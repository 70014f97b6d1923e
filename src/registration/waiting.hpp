// Waiting: poll(2) that a stop request ends at once.
#pragma once

#include "base/unique_fd.hpp"

#include <chrono>
#include <optional>
#include <stop_token>

namespace berth::registration {

/// Where a wait that ended without the event ended.
enum class Woken { ready, time_over };

/// One for each wait or series of waits. One thread at a time.
class Waiting {
public:
    explicit Waiting(std::stop_token stop);

    /// Until `fd` has one of `events`, or `limit` is over. Throws Error cancelled once stop is
    /// requested.
    Woken until(int fd, short events, std::optional<std::chrono::milliseconds> limit = {});

private:
    struct Wake {
        int fd;
        void operator()() const noexcept;
    };
    std::stop_token stop_;
    UniqueFd event_;
    std::stop_callback<Wake> callback_; ///< goes before event_ does
};

} // namespace berth::registration
