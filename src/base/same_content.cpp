#include "base/same_content.hpp"

#include "base/unique_fd.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <map>
#include <memory>
#include <optional>
#include <vector>

namespace berth {
namespace {

constexpr unsigned deepest = 256;

struct CloseDirectory {
    void operator()(DIR* directory) const noexcept { ::closedir(directory); }
};

using Names = std::map<std::string, mode_t>;

/// The names in a directory and their types; nothing if that cannot be read.
std::optional<Names> names_in(int directory) {
    UniqueFd copy(::openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    const std::unique_ptr<DIR, CloseDirectory> listing(copy ? ::fdopendir(copy.get()) : nullptr);
    if (!listing) return std::nullopt;
    copy.release();
    Names names;
    while (const auto* entry = ::readdir(listing.get())) {
        const std::string name(entry->d_name);
        if (name == "." || name == "..") continue;
        struct stat status {};
        if (::fstatat(directory, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0)
            return std::nullopt;
        names.emplace(name, status.st_mode & static_cast<mode_t>(S_IFMT));
    }
    return names;
}

UniqueFd open_regular(int directory, const std::string& name, off_t& size) {
    UniqueFd file(
        ::openat(directory, name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    struct stat status {};
    if (!file || ::fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode)) return UniqueFd();
    size = status.st_size;
    return file;
}

std::size_t fill(int fd, std::vector<char>& buffer) {
    std::size_t filled = 0;
    while (filled < buffer.size()) {
        const ssize_t count = ::read(fd, buffer.data() + filled, buffer.size() - filled);
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) break;
        filled += static_cast<std::size_t>(count);
    }
    return filled;
}

bool same_target(int a_directory, const std::string& a, int b_directory, const std::string& b) {
    std::array<char, PATH_MAX> a_target;
    std::array<char, PATH_MAX> b_target;
    const auto a_size = ::readlinkat(a_directory, a.c_str(), a_target.data(), a_target.size());
    const auto b_size = ::readlinkat(b_directory, b.c_str(), b_target.data(), b_target.size());
    return a_size >= 0 && a_size == b_size &&
           std::memcmp(a_target.data(), b_target.data(), static_cast<std::size_t>(a_size)) == 0;
}

bool same_tree_at(int a_directory, const std::string& a, int b_directory, const std::string& b,
                  unsigned level) {
    constexpr int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
    const UniqueFd a_handle(::openat(a_directory, a.c_str(), flags));
    const UniqueFd b_handle(::openat(b_directory, b.c_str(), flags));
    if (!a_handle || !b_handle || level > deepest) return false;
    const auto a_names = names_in(a_handle.get());
    if (!a_names || a_names != names_in(b_handle.get())) return false;
    for (const auto& [name, type] : *a_names) {
        const bool same = S_ISREG(type)   ? same_file(a_handle.get(), name, b_handle.get(), name)
                          : S_ISLNK(type) ? same_target(a_handle.get(), name, b_handle.get(), name)
                          : S_ISDIR(type)
                              ? same_tree_at(a_handle.get(), name, b_handle.get(), name, level + 1)
                              : false;
        if (!same) return false;
    }
    return true;
}

} // namespace

bool same_file(int a_directory, const std::string& a, int b_directory, const std::string& b) {
    off_t a_size = 0;
    off_t b_size = 0;
    const UniqueFd a_file = open_regular(a_directory, a, a_size);
    const UniqueFd b_file = open_regular(b_directory, b, b_size);
    if (!a_file || !b_file || a_size != b_size) return false;
    std::vector<char> a_buffer(64 * 1024);
    std::vector<char> b_buffer(64 * 1024);
    for (;;) {
        const std::size_t a_count = fill(a_file.get(), a_buffer);
        const std::size_t b_count = fill(b_file.get(), b_buffer);
        if (a_count != b_count) return false;
        if (a_count == 0) return true;
        if (std::memcmp(a_buffer.data(), b_buffer.data(), a_count) != 0) return false;
    }
}

bool same_tree(int a_directory, const std::string& a, int b_directory, const std::string& b) {
    return same_tree_at(a_directory, a, b_directory, b, 0);
}

} // namespace berth
