#include "bundle/staging.hpp"

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "tree/extract.hpp"

#include <fmt/format.h>

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <memory>
#include <vector>

namespace berth::bundle {
namespace {

constexpr int directory_flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
constexpr int attempts = 100;
constexpr std::size_t random_digits = 16;

std::string prefix_of(const std::string& name) {
    return "." + name + ".berth-unpack-";
}

Error taken(const std::filesystem::path& bundle) {
    Error error(ErrorCode::conflict,
                fmt::format("{} exists and is not empty", berth::quoted(bundle.string())));
    error.set_hint("choose another directory, or remove this one first");
    return error;
}

std::vector<std::string> list(int directory) {
    UniqueFd copy(::openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    const std::unique_ptr<DIR, int (*)(DIR*)> listing(copy ? ::fdopendir(copy.get()) : nullptr,
                                                      &::closedir);
    if (!listing) throw system_error("listing the directory of the bundle", errno);
    copy.release();
    std::vector<std::string> names;
    while (const auto* entry = ::readdir(listing.get())) {
        const std::string name = entry->d_name;
        if (name != "." && name != "..") names.push_back(name);
    }
    return names;
}

/// The path without trailing slashes and dots, so that it has a parent and a name.
std::filesystem::path normal(const std::filesystem::path& path) {
    if (path.empty()) throw Error(ErrorCode::usage, "a bundle needs a directory of its own");
    auto clean = std::filesystem::absolute(path).lexically_normal();
    return clean.has_filename() ? clean : clean.parent_path();
}

} // namespace

Staging::Staging(const std::filesystem::path& bundle)
    : bundle_(normal(bundle)), bundle_name_(bundle_.filename().string()) {
    if (bundle_name_.empty())
        throw Error(ErrorCode::usage, "a bundle needs a directory of its own");
    parent_ = open_file(bundle_.parent_path(), O_RDONLY | O_DIRECTORY);
    check_free();
    remove_stale();
    make();
}

Staging::~Staging() {
    if (committed_) return;
    try {
        tree::remove_tree(parent_.get(), name_);
    } catch (const std::exception&) {
        // The next run tries again.
    }
}

void Staging::check_free() const {
    const UniqueFd there(::openat(parent_.get(), bundle_name_.c_str(), directory_flags));
    if (!there && errno == ENOENT) return;
    if (!there || !list(there.get()).empty()) throw taken(bundle_);
}

void Staging::remove_stale() const {
    const auto prefix = prefix_of(bundle_name_);
    for (const auto& name : list(parent_.get())) {
        if (!name.starts_with(prefix) || name.size() != prefix.size() + random_digits) continue;
        const UniqueFd stale(::openat(parent_.get(), name.c_str(), directory_flags));
        // Held by a living process, or already gone.
        if (!stale || ::flock(stale.get(), LOCK_EX | LOCK_NB) != 0) continue;
        tree::remove_tree(parent_.get(), name);
    }
}

void Staging::make() {
    for (int attempt = 0; attempt < attempts; ++attempt) {
        name_ = prefix_of(bundle_name_) + random_hex_16();
        if (::mkdirat(parent_.get(), name_.c_str(), 0700) != 0) {
            if (errno == EEXIST) continue;
            throw system_error(fmt::format("making a directory in {}",
                                           berth::quoted(bundle_.parent_path().string())),
                               errno);
        }
        // Between mkdir and flock another process may take it for stale and remove it.
        directory_.reset(::openat(parent_.get(), name_.c_str(), directory_flags));
        struct stat status {};
        if (directory_ && ::flock(directory_.get(), LOCK_EX) == 0 &&
            ::fstat(directory_.get(), &status) == 0 && status.st_nlink > 0)
            return;
    }
    throw Error(ErrorCode::conflict, fmt::format("no temporary directory could be kept in {}",
                                                 berth::quoted(bundle_.parent_path().string())));
}

void Staging::commit() {
    // An empty directory is replaced by rename; anything else is refused.
    if (::renameat(parent_.get(), name_.c_str(), parent_.get(), bundle_name_.c_str()) != 0) {
        const int reason = errno;
        if (reason == ENOTEMPTY || reason == EEXIST || reason == ENOTDIR) throw taken(bundle_);
        throw system_error(fmt::format("renaming to {}", berth::quoted(bundle_.string())), reason);
    }
    committed_ = true;
    if (::fsync(parent_.get()) != 0) throw system_error("writing the bundle's directory", errno);
}

} // namespace berth::bundle
