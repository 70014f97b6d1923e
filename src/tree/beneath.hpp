// Root: a directory tree that no name can lead out of.
//
// Names come from archives and are hostile. They are resolved from an open handle, never as a
// string in front of which a path was put. A name without symlinks is one openat2(2) with
// RESOLVE_BENEATH, RESOLVE_NO_SYMLINKS and RESOLVE_NO_MAGICLINKS; a symlink on the way is read
// and followed component by component with O_NOFOLLOW, under one of two rules (Links). Where
// openat2 is missing or a sandbox refuses it, the component walk does everything.
//
// Open directories are kept (least recently used go first), since archives name a directory's
// files one after another. Each remembers the time it had when it was opened and gets it back
// when it is let go, so that what happens inside does not change it. One thread at a time.
#pragma once

#include "base/unique_fd.hpp"

#include <sys/stat.h>
#include <sys/types.h>

#include <cstdint>
#include <list>
#include <map>
#include <string>
#include <string_view>

namespace berth::tree {

/// What a symlink in the middle of a name may do.
enum class Links {
    beneath, ///< lead anywhere inside; absolute targets and ".." out of the tree are refused
    in_root, ///< as after chroot: "/" is the tree's root and ".." stops there
};

struct RootOptions {
    Links links = Links::beneath;
    std::size_t open_directories = 128; ///< at most so many handles; at least 8
    bool use_openat2 = true;            ///< false: always the component walk
    /// Owner of directories that are made because a name needs them; -1 leaves the caller's.
    uid_t owner = static_cast<uid_t>(-1);
    gid_t group = static_cast<gid_t>(-1);
};

/// An open directory of a Root.
struct Directory {
    UniqueFd handle;
    std::string path; ///< from the root, without symlinks; "" is the root itself
    timespec modified{};
    /// Set it when something inside was made or removed, or `modified` was given a new value:
    /// then `modified` is put on the directory when it is let go.
    bool touched = false;
    gid_t group = 0;        ///< what new files may inherit
    std::uint32_t note = 0; ///< the user's own; 0 when newly opened

    int fd() const noexcept { return handle.get(); }
};

class Root {
public:
    /// Takes over the open directory `root`.
    Root(UniqueFd root, RootOptions options);
    Root(const Root&) = delete;
    Root& operator=(const Root&) = delete;
    /// Lets everything go without putting times back; see close_directories().
    ~Root() = default;

    // A Directory& stays good until six more were asked for, or it was forgotten. `path` is the
    // form that entry_path() gives. Errors: content_invalid for names that break the rule (loops
    // of symlinks, leading out, too long), else the system's.

    /// The directory at `path`, symlinks followed; null when there is none.
    Directory* find(std::string_view path);
    /// The same; missing parts are made with mode 0755. What is in the way and is not a directory
    /// is removed under Links::in_root and content_invalid under Links::beneath.
    Directory& make(std::string_view path);
    /// The existing directory `name` in `parent`; a symlink there is not followed.
    Directory& enter(const Directory& parent, std::string_view name);
    /// Call it when `name` in `parent` was removed, or is about to be.
    void forget(const Directory& parent, std::string_view name);
    /// Puts times back and closes all handles but the root's own.
    void close_directories();
    /// Opens an existing regular file for reading, symlinks followed by the rule, also the last
    /// one. Not there, or anything but a regular file: an empty handle.
    UniqueFd open_file(std::string_view path);

private:
    using Directories = std::list<Directory>;

    Directory* lookup(std::string_view path);
    Directory* open_known(std::string_view path);
    Directory& keep(UniqueFd handle, std::string path);
    void let_go(Directory& directory);
    /// Without symlinks; empty when that cannot be.
    UniqueFd open_plain(const std::string& path);
    UniqueFd open_file_by_walk(std::string_view path);

    UniqueFd root_;
    RootOptions options_;
    Directories directories_; // front: used last
    std::map<std::string_view, Directories::iterator, std::less<>> by_path_;
    std::map<std::string, std::string, std::less<>> aliases_; // names with symlinks: real paths
};

} // namespace berth::tree
