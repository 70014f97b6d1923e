// StagingDirectory: a place beside the final one, where things are made before they are shown.
//
// It is a hidden directory of mode 0700 in the directory where the results will be, so that moving
// them there is one rename. It goes with this object. A process that was killed leaves one behind;
// the next StagingDirectory in the same place finds it, sees by its lock that nobody uses it, and
// removes it.
#pragma once

#include "base/unique_fd.hpp"

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

namespace berth {

/// The directory where results go, made if it is missing. One that was made goes again, if it is
/// still empty, unless keep() is called.
class ResultsDirectory {
public:
    /// Errors: the system's, naming the path.
    explicit ResultsDirectory(std::filesystem::path path);
    ResultsDirectory(const ResultsDirectory&) = delete;
    ResultsDirectory& operator=(const ResultsDirectory&) = delete;
    ~ResultsDirectory();

    int fd() const noexcept { return handle_.get(); }
    void keep() noexcept { made_ = false; }

private:
    std::filesystem::path path_;
    bool made_;
    UniqueFd handle_;
};

class StagingDirectory {
public:
    /// Removes a directory tree; does not follow symlinks.
    using Remove = std::function<void(int parent_fd, const std::string& name)>;

    /// `parent_fd` is the open directory of the results; it is duplicated. Errors: the system's.
    StagingDirectory(int parent_fd, Remove remove);
    StagingDirectory(const StagingDirectory&) = delete;
    StagingDirectory& operator=(const StagingDirectory&) = delete;
    ~StagingDirectory();

    int fd() const noexcept { return handle_.get(); }

    /// A new file, open for reading and writing, with the mode that the caller's umask gives. Any
    /// thread, as the other functions. Errors: the system's.
    UniqueFd create_file(const std::string& name) const;
    /// A new directory, open.
    UniqueFd create_directory(const std::string& name) const;

    /// True for names that are taken for staging directories: nothing else may be called so.
    static bool is_staging_name(std::string_view name) noexcept;

private:
    bool create();
    void remove_stale() const;

    UniqueFd parent_;
    Remove remove_;
    std::string name_;
    UniqueFd handle_;
};

/// What became of something that was to appear under a name.
enum class Shown { created, replaced, present };

/// Moves the regular file `from` in `from_fd` to `to` in `to_fd`, on disk before it is seen there.
/// An equal file that is there already stays (present); any other regular file or symlink is
/// replaced. Anything else in the way is Error conflict, calling it `label`.
Shown show_file(int from_fd, const std::string& from, int to_fd, const std::string& to,
                std::string_view label);

/// Moves a directory in the same way. A directory with the same content stays (present); anything
/// else in the way is Error conflict: what a person may have put there is never removed.
Shown show_directory(int from_fd, const std::string& from, int to_fd, const std::string& to,
                     std::string_view label);

} // namespace berth
