#include "base/staging_directory.hpp"

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/same_content.hpp"
#include "base/text.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <memory>
#include <optional>
#include <vector>

namespace berth {
namespace {

constexpr std::string_view name_prefix = ".berth-";
constexpr std::string_view name_suffix = ".partial";
constexpr int open_directory = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

struct CloseStaging {
    void operator()(DIR* directory) const noexcept { ::closedir(directory); }
};

std::vector<std::string> staging_names_in(int parent) {
    std::vector<std::string> names;
    UniqueFd copy(::openat(parent, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    const std::unique_ptr<DIR, CloseStaging> listing(copy ? ::fdopendir(copy.get()) : nullptr);
    if (!listing) return names;
    copy.release();
    while (const auto* entry = ::readdir(listing.get()))
        if (StagingDirectory::is_staging_name(entry->d_name)) names.emplace_back(entry->d_name);
    return names;
}

/// Whether `name` in `parent` is still the directory that `handle` has open.
bool is_still(int parent, const std::string& name, int handle) {
    struct stat named {};
    struct stat open {};
    return ::fstatat(parent, name.c_str(), &named, AT_SYMLINK_NOFOLLOW) == 0 &&
           ::fstat(handle, &open) == 0 && named.st_ino == open.st_ino &&
           named.st_dev == open.st_dev;
}

std::optional<mode_t> type_of(int directory, const std::string& name, std::string_view label) {
    struct stat status {};
    if (::fstatat(directory, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0)
        return status.st_mode & static_cast<mode_t>(S_IFMT);
    if (errno == ENOENT) return std::nullopt;
    throw system_error(fmt::format("looking at {}", berth::quoted(label)), errno);
}

Error in_the_way(std::string_view label, std::string_view what) {
    Error error(ErrorCode::conflict, fmt::format("{} {}", berth::quoted(label), what));
    error.set_hint("remove it or choose another directory");
    return error;
}

void move(int from_fd, const std::string& from, int to_fd, const std::string& to,
          std::string_view label) {
    if (::renameat(from_fd, from.c_str(), to_fd, to.c_str()) == 0) return;
    if (errno == ENOTEMPTY || errno == EEXIST || errno == ENOTDIR || errno == EISDIR)
        throw in_the_way(label, "came into being meanwhile");
    throw system_error(fmt::format("moving {} to its place", berth::quoted(label)), errno);
}

} // namespace

ResultsDirectory::ResultsDirectory(std::filesystem::path path) : path_(std::move(path)) {
    if (path_.empty()) path_ = ".";
    std::error_code error;
    made_ = std::filesystem::create_directories(path_, error);
    if (error)
        throw system_error(fmt::format("making {}", berth::quoted(path_.native())), error.value());
    handle_ = open_file(path_, O_RDONLY | O_DIRECTORY);
}

ResultsDirectory::~ResultsDirectory() {
    if (made_) ::rmdir(path_.c_str());
}

bool StagingDirectory::is_staging_name(std::string_view name) noexcept {
    return name.size() == name_prefix.size() + 16 + name_suffix.size() &&
           name.starts_with(name_prefix) && name.ends_with(name_suffix);
}

StagingDirectory::StagingDirectory(int parent_fd, Remove remove)
    : parent_(::openat(parent_fd, ".", open_directory)), remove_(std::move(remove)) {
    if (!parent_) throw system_error("opening the directory of the results", errno);
    remove_stale();
    while (!create()) {
    }
}

StagingDirectory::~StagingDirectory() {
    try {
        remove_(parent_.get(), name_);
    } catch (const Error&) {
        // The next one in this place tries again; whoever made this has his own error to tell.
    }
}

/// False if another process took the new directory for a stale one before it was locked.
bool StagingDirectory::create() {
    name_ = fmt::format("{}{}{}", name_prefix, random_hex_16(), name_suffix);
    if (::mkdirat(parent_.get(), name_.c_str(), 0700) != 0)
        throw system_error("making a directory for unfinished files", errno);
    handle_.reset(::openat(parent_.get(), name_.c_str(), open_directory));
    if (!handle_) {
        if (errno == ENOENT) return false;
        const Error error = system_error("opening the directory for unfinished files", errno);
        ::unlinkat(parent_.get(), name_.c_str(), AT_REMOVEDIR);
        throw error;
    }
    // On file systems without locks nobody can tell a stale one either: nothing is removed then.
    if (::flock(handle_.get(), LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) return false;
    return is_still(parent_.get(), name_, handle_.get());
}

void StagingDirectory::remove_stale() const {
    for (const auto& name : staging_names_in(parent_.get())) {
        const UniqueFd handle(::openat(parent_.get(), name.c_str(), open_directory));
        if (!handle || ::flock(handle.get(), LOCK_EX | LOCK_NB) != 0) continue;
        if (is_still(parent_.get(), name, handle.get())) remove_(parent_.get(), name);
    }
}

UniqueFd StagingDirectory::create_file(const std::string& name) const {
    UniqueFd file(::openat(fd(), name.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                           static_cast<mode_t>(0666)));
    if (!file) throw system_error("making an unfinished file", errno);
    return file;
}

UniqueFd StagingDirectory::create_directory(const std::string& name) const {
    if (::mkdirat(fd(), name.c_str(), 0777) != 0)
        throw system_error("making an unfinished directory", errno);
    UniqueFd directory(::openat(fd(), name.c_str(), open_directory));
    if (!directory) throw system_error("opening an unfinished directory", errno);
    return directory;
}

Shown show_file(int from_fd, const std::string& from, int to_fd, const std::string& to,
                std::string_view label) {
    const auto existing = type_of(to_fd, to, label);
    if (existing && *existing != S_IFREG && *existing != S_IFLNK)
        throw in_the_way(label, "is there already and is not a file");
    if (existing && same_file(from_fd, from, to_fd, to)) return Shown::present;
    const UniqueFd file(::openat(from_fd, from.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
    if (!file || ::fsync(file.get()) != 0)
        throw system_error(fmt::format("syncing {}", berth::quoted(label)), errno);
    move(from_fd, from, to_fd, to, label);
    return existing ? Shown::replaced : Shown::created;
}

Shown show_directory(int from_fd, const std::string& from, int to_fd, const std::string& to,
                     std::string_view label) {
    const auto existing = type_of(to_fd, to, label);
    if (!existing) {
        move(from_fd, from, to_fd, to, label);
        return Shown::created;
    }
    if (*existing != S_IFDIR) throw in_the_way(label, "is there already and is not a directory");
    if (!same_tree(from_fd, from, to_fd, to))
        throw in_the_way(label, "is there already and has other content");
    return Shown::present;
}

} // namespace berth
