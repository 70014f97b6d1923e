// Attributes: owner, mode, extended attributes and times of what an unpack makes.
#pragma once

#include "bundle/id_map.hpp"
#include "bundle/unpack.hpp"
#include "bundle/warnings.hpp"
#include "codec/tar_reader.hpp"
#include "tree/beneath.hpp"

#include <sys/types.h>

#include <map>
#include <string>
#include <string_view>

namespace berth::bundle {

/// Order matters and is kept here: a change of owner clears set-id bits and file capabilities, so
/// the owner comes first, then the mode, then attributes, then times. One thread.
class Attributes {
public:
    /// `umask` is what the kernel takes from the mode of new files in this tree: where it takes
    /// nothing, a system call per file is saved. Maps that make no sense are Error usage.
    Attributes(const UnpackOptions& options, mode_t umask, Warnings& warnings);

    void set_file(int file, const tree::Directory& parent, const codec::TarEntry& entry);
    /// Its time is put on when the Directory is let go. `merged`: it was there before, and its
    /// extended attributes give way to the entry's.
    void set_directory(tree::Directory& directory, const codec::TarEntry& entry, bool merged);
    /// Symlinks, device nodes and FIFOs, by their name in `parent`.
    void set_special(const tree::Directory& parent, const std::string& name,
                     const codec::TarEntry& entry);

    /// Modes that deny a user who is not root the work in a directory come at the very end.
    void forget(std::string_view path);
    void finish(tree::Root& root);

    uid_t owner_of_missing() const { return uids_.to_host(0); }
    gid_t group_of_missing() const { return gids_.to_host(0); }
    bool rootless() const noexcept { return rootless_; }
    const IdMap& uids() const noexcept { return uids_; }
    const IdMap& gids() const noexcept { return gids_; }

private:
    struct Owner {
        uid_t user;
        gid_t group;
    };
    Owner owner_of(const codec::TarEntry& entry) const;
    bool has_owner_already(Owner owner, const tree::Directory& parent) const;
    template <class Set>
    void set_xattrs(const codec::TarEntry& entry, Set set);
    template <class Set>
    void set_xattr(const std::string& path, const std::string& name, const std::string& value,
                   Set set);
    void clear_xattrs(int directory);

    IdMap uids_;
    IdMap gids_;
    bool rootless_;
    bool squashed_; ///< rootless without maps: all is the caller's
    uid_t caller_;
    gid_t caller_group_;
    mode_t umask_;
    Warnings& warnings_;
    std::map<std::string, mode_t, std::less<>> late_modes_;
    std::size_t late_bytes_ = 0;
};

} // namespace berth::bundle
