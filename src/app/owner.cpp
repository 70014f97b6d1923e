#include "app/owner.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <fmt/format.h>
#include <grp.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace berth::app {

void act_as_owner_of(const std::filesystem::path& directory) {
    struct stat found {};
    if (::stat(directory.c_str(), &found) != 0 || !S_ISDIR(found.st_mode)) {
        throw Error(ErrorCode::not_found,
                    fmt::format("there is no data directory {}", berth::quoted(directory.native())))
            .set_hint("berth serve makes it; --data names another one");
    }
    if (::geteuid() != 0 || found.st_uid == 0) return;
    // The group first: afterwards it may not be changed any more.
    if (::setgroups(0, nullptr) != 0 || ::setegid(found.st_gid) != 0 ||
        ::seteuid(found.st_uid) != 0) {
        throw system_error(
            fmt::format("acting as the owner of {}", berth::quoted(directory.native())), errno);
    }
}

} // namespace berth::app
