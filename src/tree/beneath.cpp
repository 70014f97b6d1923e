#include "tree/beneath.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "tree/entry_path.hpp"
#include "tree/walk.hpp"

#include <fmt/format.h>

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace berth::tree {
namespace {

constexpr std::size_t most_aliases = 4096;
constexpr unsigned most_links = 40;

UniqueFd openat2(int directory, const char* path, int flags, std::uint64_t resolve) {
    open_how how{};
    how.flags = static_cast<std::uint64_t>(flags | O_CLOEXEC);
    how.resolve = resolve;
    return UniqueFd(static_cast<int>(::syscall(SYS_openat2, directory, path, &how, sizeof how)));
}

bool is_regular(int fd) {
    struct stat status {};
    return ::fstat(fd, &status) == 0 && S_ISREG(status.st_mode);
}

} // namespace

Root::Root(UniqueFd root, RootOptions options) : root_(std::move(root)), options_(options) {
    options_.open_directories = std::max<std::size_t>(options_.open_directories, 8);
}

Directory* Root::lookup(std::string_view path) {
    if (!directories_.empty() && directories_.front().path == path) return &directories_.front();
    const auto found = by_path_.find(path);
    if (found == by_path_.end()) return nullptr;
    directories_.splice(directories_.begin(), directories_, found->second);
    return &directories_.front();
}

/// What can be had without the component walk.
Directory* Root::open_known(std::string_view path) {
    if (auto* directory = lookup(path)) return directory;
    const auto alias = aliases_.find(path);
    std::string real(alias == aliases_.end() ? path : std::string_view(alias->second));
    if (alias != aliases_.end()) {
        if (auto* directory = lookup(real)) return directory;
    }
    auto handle = open_plain(real);
    return handle ? &keep(std::move(handle), std::move(real)) : nullptr;
}

Directory* Root::find(std::string_view path) {
    if (auto* directory = open_known(path)) return directory;
    auto walked = walk(root_.get(), path, Missing::fail, options_);
    if (!walked) return nullptr;
    if (walked->path != path && aliases_.size() < most_aliases)
        aliases_.insert_or_assign(std::string(path), walked->path);
    if (auto* directory = lookup(walked->path)) return directory;
    return &keep(std::move(walked->handle), std::move(walked->path));
}

Directory& Root::make(std::string_view path) {
    if (auto* directory = open_known(path)) return *directory;
    auto walked = walk(root_.get(), path, Missing::make, options_);
    if (walked->replaced) aliases_.clear();
    if (walked->path != path && aliases_.size() < most_aliases)
        aliases_.insert_or_assign(std::string(path), walked->path);
    if (auto* directory = lookup(walked->path)) return *directory;
    return keep(std::move(walked->handle), std::move(walked->path));
}

Directory& Root::enter(const Directory& parent, std::string_view name) {
    auto path = join(parent.path, name);
    if (auto* directory = lookup(path)) return *directory;
    UniqueFd handle(::openat(parent.fd(), std::string(name).c_str(),
                             O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!handle) throw system_error(fmt::format("opening {}", berth::quoted(path)), errno);
    return keep(std::move(handle), std::move(path));
}

Directory& Root::keep(UniqueFd handle, std::string path) {
    struct stat status {};
    if (::fstat(handle.get(), &status) != 0)
        throw system_error(fmt::format("reading {}", berth::quoted(path)), errno);
    while (directories_.size() >= options_.open_directories) {
        let_go(directories_.back());
        by_path_.erase(directories_.back().path);
        directories_.pop_back();
    }
    directories_.push_front(
        Directory{std::move(handle), std::move(path), status.st_mtim, false, status.st_gid, 0});
    by_path_.emplace(directories_.front().path, directories_.begin());
    return directories_.front();
}

void Root::let_go(Directory& directory) {
    if (!directory.touched) return;
    const timespec times[2] = {directory.modified, directory.modified};
    if (::futimens(directory.fd(), times) != 0)
        throw system_error(fmt::format("setting the time of {}", berth::quoted(directory.path)),
                           errno);
    directory.touched = false;
}

void Root::forget(const Directory& parent, std::string_view name) {
    aliases_.clear();
    const auto path = join(parent.path, name);
    for (auto it = directories_.begin(); it != directories_.end();) {
        const std::string_view other = it->path;
        const bool gone =
            other.starts_with(path) && (other.size() == path.size() || other[path.size()] == '/');
        if (gone) by_path_.erase(it->path);
        it = gone ? directories_.erase(it) : std::next(it);
    }
}

void Root::close_directories() {
    for (auto& directory : directories_) let_go(directory);
    by_path_.clear();
    directories_.clear();
}

UniqueFd Root::open_plain(const std::string& path) {
    if (options_.use_openat2) {
        auto handle = openat2(root_.get(), path.empty() ? "." : path.c_str(),
                              O_RDONLY | O_DIRECTORY | O_NOFOLLOW,
                              RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS);
        // Old kernels do not know the call; seccomp filters that do not know it say EPERM.
        if (handle || (errno != ENOSYS && errno != EPERM)) return handle;
        options_.use_openat2 = false;
    }
    return open_components(root_.get(), path);
}

UniqueFd Root::open_file(std::string_view path) {
    if (!options_.use_openat2) return open_file_by_walk(path);
    const std::string name(path);
    const std::uint64_t scope =
        options_.links == Links::in_root ? RESOLVE_IN_ROOT : RESOLVE_BENEATH;
    // First without opening it: to open a device node can do things.
    auto handle = openat2(root_.get(), name.c_str(), O_PATH, scope | RESOLVE_NO_MAGICLINKS);
    if (!handle && (errno == ENOSYS || errno == EPERM)) {
        options_.use_openat2 = false;
        return open_file_by_walk(path);
    }
    if (!handle || !is_regular(handle.get())) return UniqueFd();
    return openat2(root_.get(), name.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY,
                   scope | RESOLVE_NO_MAGICLINKS);
}

UniqueFd Root::open_file_by_walk(std::string_view path) try {
    std::string name(path);
    for (unsigned links = 0; links <= most_links; ++links) {
        const auto directory = walk(root_.get(), parent_path(name), Missing::fail, options_);
        const std::string leaf(leaf_name(name));
        if (!directory || leaf.empty() || leaf == "." || leaf == "..") return UniqueFd();
        UniqueFd handle(
            ::openat(directory->handle.get(), leaf.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
        if (!handle) return UniqueFd();
        if (is_regular(handle.get())) {
            return UniqueFd(::openat(directory->handle.get(), leaf.c_str(),
                                     O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
        }
        const auto target = read_link(directory->handle.get(), leaf);
        if (!target) return UniqueFd();
        if (target->starts_with('/') && options_.links == Links::beneath) return UniqueFd();
        name = target->starts_with('/') ? *target : join(directory->path, *target);
    }
    return UniqueFd();
} catch (const Error& error) {
    if (error.code() != ErrorCode::content_invalid) throw;
    return UniqueFd(); // a loop, or out: as openat2 has it, there is no such file
}

} // namespace berth::tree
