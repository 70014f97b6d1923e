#include "base/unique_fd.hpp"

#include <unistd.h>

namespace berth {

void UniqueFd::reset(int fd) noexcept {
    // Linux releases the descriptor even when close reports EINTR: it must not be called again.
    if (fd_ >= 0) ::close(fd_);
    fd_ = fd;
}

} // namespace berth
