#include "base/error.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "base/unique_fd.hpp"
#include "tree/extract.hpp"

#include <fmt/format.h>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <memory>

namespace berth::tree {
namespace {

// A tree can be deeper than we have descriptors or stack. What lies deeper than this is moved up
// to the top and removed from there.
constexpr unsigned most_levels = 32;

struct CloseDirectory {
    void operator()(DIR* directory) const noexcept { ::closedir(directory); }
};
using Listing = std::unique_ptr<DIR, CloseDirectory>;

bool is_dots(const char* name) {
    const std::string_view text(name);
    return text == "." || text == "..";
}

Error failed(std::string_view name, int reason) {
    return system_error(fmt::format("removing {}", berth::quoted(name)), reason);
}

/// A directory may deny its owner what removing needs; then the owner gives it to himself.
UniqueFd open_for_removal(int parent, const std::string& name) {
    constexpr int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
    UniqueFd handle(::openat(parent, name.c_str(), flags));
    if (!handle && errno == EACCES) {
        const UniqueFd path(::openat(parent, name.c_str(), flags | O_PATH));
        if (!path) return UniqueFd();
        ::chmod(fmt::format("/proc/self/fd/{}", path.get()).c_str(), 0700);
        handle.reset(::openat(parent, name.c_str(), flags));
    }
    // What this cannot change fails below with its own reason.
    if (handle && ::geteuid() != 0) ::fchmod(handle.get(), 0700);
    return handle;
}

class Removal {
public:
    Removal(int parent, const std::string& name) : top_(open_for_removal(parent, name)) {
        if (!top_) throw failed(name, errno);
    }

    void run() {
        do {
            moved_ = false;
            empty(top_.get(), 1);
        } while (moved_);
    }

private:
    void empty(int directory, unsigned level) {
        UniqueFd copy(::openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
        const Listing listing(copy ? ::fdopendir(copy.get()) : nullptr);
        if (!listing) throw system_error("listing a directory to remove it", errno);
        copy.release();
        while (const auto* entry = ::readdir(listing.get())) {
            if (!is_dots(entry->d_name)) remove(directory, entry->d_name, entry->d_type, level);
        }
    }

    void remove(int directory, const std::string& name, unsigned char type, unsigned level) {
        if (type != DT_DIR) {
            if (::unlinkat(directory, name.c_str(), 0) == 0 || errno == ENOENT) return;
            if (errno != EISDIR && errno != EPERM) throw failed(name, errno);
        }
        const auto inner = open_for_removal(directory, name);
        if (!inner) throw failed(name, errno);
        if (level >= most_levels) return move_up(directory, name);
        empty(inner.get(), level + 1);
        if (::unlinkat(directory, name.c_str(), AT_REMOVEDIR) != 0 && errno != ENOENT)
            throw failed(name, errno);
    }

    void move_up(int directory, const std::string& name) {
        const auto place = ".berth-remove-" + random_hex_16();
        if (::renameat(directory, name.c_str(), top_.get(), place.c_str()) != 0)
            throw failed(name, errno);
        moved_ = true;
    }

    UniqueFd top_;
    bool moved_ = false;
};

} // namespace

void remove_tree(int parent_fd, const std::string& name) {
    if (::unlinkat(parent_fd, name.c_str(), 0) == 0 || errno == ENOENT) return;
    // Linux says EISDIR; POSIX allows EPERM, which can also be a real refusal: then the next
    // calls fail with their own reason.
    if (errno != EISDIR && errno != EPERM) throw failed(name, errno);
    if (::unlinkat(parent_fd, name.c_str(), AT_REMOVEDIR) == 0) return;
    if (errno != ENOTEMPTY && errno != EEXIST && errno != EACCES) throw failed(name, errno);
    Removal(parent_fd, name).run();
    if (::unlinkat(parent_fd, name.c_str(), AT_REMOVEDIR) != 0 && errno != ENOENT)
        throw failed(name, errno);
}

} // namespace berth::tree
