#include "bundle/attributes.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "bundle/rootless_owner.hpp"

#include <fmt/format.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <vector>

namespace berth::bundle {
namespace {

using codec::TarEntry;
using codec::TarType;

constexpr mode_t every_right = 0700;
constexpr std::size_t most_late_bytes = std::size_t{16} << 20;

IdMap map_of(const UnpackOptions& options, const std::vector<IdRange>& ranges, std::uint32_t caller,
             std::string name) {
    if (!ranges.empty()) return IdMap::by_ranges(ranges, std::move(name));
    return options.rootless ? IdMap::all_to(caller) : IdMap::identity();
}

timespec time_of(const TarEntry& entry) {
    return {entry.modified.seconds, entry.modified.nanoseconds};
}

/// Attributes that belong to the machine or to overlayfs, never to an archive.
bool is_foreign(std::string_view name) {
    return name == "security.selinux" || name == "system.nfs4_acl" ||
           name.starts_with("trusted.overlay.");
}

Error failed(std::string_view what, std::string_view path, int reason) {
    if (reason != EPERM && reason != EACCES)
        return system_error(fmt::format("{} of {}", what, berth::quoted(path)), reason);
    Error error(ErrorCode::denied,
                fmt::format("{} of {}: only root may do this", what, berth::quoted(path)));
    error.set_hint("run as root, or unpack with --rootless");
    return error;
}

} // namespace

Attributes::Attributes(const UnpackOptions& options, mode_t umask, Warnings& warnings)
    : uids_(map_of(options, options.uid_map, ::geteuid(), "uid map")),
      gids_(map_of(options, options.gid_map, ::getegid(), "gid map")),
      rootless_(options.rootless),
      squashed_(options.rootless && options.uid_map.empty() && options.gid_map.empty()),
      caller_(::geteuid()),
      caller_group_(::getegid()),
      umask_(umask),
      warnings_(warnings) {}

Attributes::Owner Attributes::owner_of(const TarEntry& entry) const {
    return {uids_.to_host(entry.uid), gids_.to_host(entry.gid)};
}

bool Attributes::has_owner_already(Owner owner, const tree::Directory& parent) const {
    // The group of a new file is the caller's or, in set-group-id directories, the directory's.
    return owner.user == caller_ && owner.group == caller_group_ && parent.group == caller_group_;
}

void Attributes::set_file(int file, const tree::Directory& parent, const TarEntry& entry) {
    const auto owner = owner_of(entry);
    const mode_t mode = entry.mode & 07777;
    if (!has_owner_already(owner, parent) && ::fchown(file, owner.user, owner.group) != 0)
        throw failed("setting the owner", entry.path, errno);
    // Who is not root can set attributes only while the file is writable.
    const bool locked = caller_ != 0 && (mode & S_IWUSR) == 0;
    if (locked && ::fchmod(file, S_IRUSR | S_IWUSR) != 0)
        throw failed("setting the mode", entry.path, errno);
    const auto set_mode = [&] {
        if (::fchmod(file, mode) != 0) throw failed("setting the mode", entry.path, errno);
    };
    if (!locked && (mode & (umask_ | 07000)) != 0) set_mode();
    set_xattrs(entry, [file](const std::string& name, const std::string& value) {
        return ::fsetxattr(file, name.c_str(), value.data(), value.size(), 0);
    });
    if (locked) set_mode();
    const timespec times[2] = {time_of(entry), time_of(entry)};
    if (::futimens(file, times) != 0) throw failed("setting the time", entry.path, errno);
}

void Attributes::set_directory(tree::Directory& directory, const TarEntry& entry, bool merged) {
    const auto owner = owner_of(entry);
    const mode_t mode = entry.mode & 07777;
    if (::fchown(directory.fd(), owner.user, owner.group) != 0)
        throw failed("setting the owner", entry.path, errno);
    directory.group = owner.group;
    const bool late = caller_ != 0 && (mode & every_right) != every_right;
    if (::fchmod(directory.fd(), late ? mode | every_right : mode) != 0)
        throw failed("setting the mode", entry.path, errno);
    forget(directory.path);
    if (late) {
        late_bytes_ += directory.path.size();
        if (late_bytes_ > most_late_bytes) {
            throw Error(ErrorCode::limit_exceeded,
                        "more than 16 MiB of names of directories that deny their owner access");
        }
        late_modes_.insert_or_assign(directory.path, mode);
    }
    if (merged) clear_xattrs(directory.fd());
    set_xattrs(entry, [&](const std::string& name, const std::string& value) {
        return ::fsetxattr(directory.fd(), name.c_str(), value.data(), value.size(), 0);
    });
    directory.modified = time_of(entry);
    directory.touched = true;
}

void Attributes::set_special(const tree::Directory& parent, const std::string& name,
                             const TarEntry& entry) {
    const auto owner = owner_of(entry);
    if (!has_owner_already(owner, parent) &&
        ::fchownat(parent.fd(), name.c_str(), owner.user, owner.group, AT_SYMLINK_NOFOLLOW) != 0)
        throw failed("setting the owner", entry.path, errno);
    if (entry.type != TarType::symlink &&
        ::fchmodat(parent.fd(), name.c_str(), entry.mode & 07777, 0) != 0)
        throw failed("setting the mode", entry.path, errno);
    // There is no handle to a symlink that attributes could be set on.
    const auto path = fmt::format("/proc/self/fd/{}/{}", parent.fd(), name);
    set_xattrs(entry, [&](const std::string& attribute, const std::string& value) {
        return ::lsetxattr(path.c_str(), attribute.c_str(), value.data(), value.size(), 0);
    });
    const timespec times[2] = {time_of(entry), time_of(entry)};
    if (::utimensat(parent.fd(), name.c_str(), times, AT_SYMLINK_NOFOLLOW) != 0)
        throw failed("setting the time", entry.path, errno);
}

template <class Set>
void Attributes::set_xattrs(const TarEntry& entry, Set set) {
    for (const auto& [name, value] : entry.xattrs) {
        if (is_foreign(name)) {
            warnings_.add(Warning::attribute_foreign, entry.path);
            continue;
        }
        // The kernel knows user.* on files and directories only (xattr(7)).
        if (name.starts_with("user.") && entry.type != TarType::file &&
            entry.type != TarType::hard_link && entry.type != TarType::directory) {
            warnings_.add(Warning::attribute_unknown, entry.path);
            continue;
        }
        // Files made under a default ACL do not get the mode that was asked for.
        if (name == "system.posix_acl_default") umask_ = 0777;
        set_xattr(entry.path, name, value, set);
    }
    if (!squashed_ || (entry.uid == 0 && entry.gid == 0)) return;
    const auto value = rootless_owner(entry.uid, entry.gid);
    // For tools that emulate the owner. Symlinks and nodes cannot carry it; nothing is lost.
    if (set(std::string(rootless_owner_attribute), value) != 0 && errno == ENOSPC)
        throw failed("setting attributes", entry.path, ENOSPC);
}

template <class Set>
void Attributes::set_xattr(const std::string& path, const std::string& name,
                           const std::string& value, Set set) {
    if (set(name, value) == 0) return;
    if (errno == EOPNOTSUPP) return warnings_.add(Warning::attribute_unknown, path);
    if (rootless_ && (errno == EPERM || errno == EACCES))
        return warnings_.add(Warning::attribute_denied, path);
    const int reason = errno;
    if (reason == EPERM || reason == EACCES || reason == ENOSPC || reason == EDQUOT) {
        throw failed(fmt::format("setting the attribute {}", berth::quoted(name)), path, reason);
    }
    throw Error(
        ErrorCode::content_invalid,
        fmt::format("the attribute {} of {} is not one that can be set: {}", berth::quoted(name),
                    berth::quoted(path), std::generic_category().message(reason)));
}

void Attributes::clear_xattrs(int directory) {
    char names[64 * 1024]; // the kernel's XATTR_LIST_MAX
    const auto length = ::flistxattr(directory, names, sizeof names);
    for (const char* name = names; length > 0 && name < names + length;) {
        const std::string_view text(name);
        if (!is_foreign(text)) ::fremovexattr(directory, name);
        name += text.size() + 1;
    }
}

void Attributes::forget(std::string_view path) {
    if (late_modes_.empty()) return;
    late_modes_.erase(std::string(path));
    const auto below = std::string(path) + "/";
    auto it = late_modes_.lower_bound(below);
    while (it != late_modes_.end() && it->first.starts_with(below)) it = late_modes_.erase(it);
}

void Attributes::finish(tree::Root& root) {
    // Deepest first: what is below a closed directory cannot be reached any more.
    for (auto it = late_modes_.rbegin(); it != late_modes_.rend(); ++it) {
        auto* directory = root.find(it->first);
        if (directory && ::fchmod(directory->fd(), it->second) != 0)
            throw failed("setting the mode", it->first, errno);
    }
    late_modes_.clear();
}

} // namespace berth::bundle
