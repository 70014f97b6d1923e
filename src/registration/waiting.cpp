#include "registration/waiting.hpp"

#include "base/error.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>

namespace berth::registration {

void Waiting::Wake::operator()() const noexcept {
    const std::uint64_t one = 1;
    // It cannot fail but for an overflow, which wakes as well.
    static_cast<void>(!::write(fd, &one, sizeof one));
}

Waiting::Waiting(std::stop_token stop)
    : stop_(stop),
      event_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      callback_(std::move(stop), Wake{event_.get()}) {
    if (!event_) throw system_error("eventfd", errno);
}

Woken Waiting::until(int fd, short events, std::optional<std::chrono::milliseconds> limit) {
    while (true) {
        if (stop_.stop_requested())
            throw Error(ErrorCode::cancelled, "the probe of a registry was stopped");
        pollfd both[] = {{.fd = fd, .events = events, .revents = 0},
                         {.fd = event_.get(), .events = POLLIN, .revents = 0}};
        const int timeout = limit ? static_cast<int>(limit->count()) : -1;
        const int ready = ::poll(both, 2, timeout);
        if (ready < 0 && errno != EINTR) throw system_error("poll", errno);
        if (ready == 0) return Woken::time_over;
        if (ready > 0 && both[0].revents != 0) return Woken::ready;
    }
}

} // namespace berth::registration
