#include "artifact/beneath_directory.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>
#include <string>

namespace berth::artifact {
namespace {

constexpr int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

/// The directory `name` in `parent`, made if it is missing and shall be.
UniqueFd enter(int parent, const std::string& name, std::string_view path, IfMissing if_missing) {
    const bool make = if_missing == IfMissing::make;
    if (make && ::mkdirat(parent, name.c_str(), 0777) != 0 && errno != EEXIST)
        throw system_error(fmt::format("making {}", berth::quoted(path)), errno);
    UniqueFd next(::openat(parent, name.c_str(), flags));
    if (next || (errno == ENOENT && !make)) return next;
    if (errno != ELOOP && errno != ENOTDIR)
        throw system_error(fmt::format("opening {}", berth::quoted(path)), errno);
    Error error(ErrorCode::content_invalid,
                fmt::format("{} in {} is a symlink or no directory; nothing is written through it",
                            berth::quoted(name), berth::quoted(path)));
    error.set_hint("remove it or choose another directory");
    throw error;
}

} // namespace

UniqueFd open_beneath(int top, std::string_view path, IfMissing if_missing) {
    UniqueFd current(::openat(top, ".", flags));
    if (!current) throw system_error("opening the directory of the results", errno);
    if (path.empty()) return current;
    // One component at a time and never through a symlink: nothing can lead out.
    for (const auto part : split(path, '/')) {
        UniqueFd next = enter(current.get(), std::string(part), path, if_missing);
        if (!next) return next;
        current = std::move(next);
    }
    return current;
}

} // namespace berth::artifact
