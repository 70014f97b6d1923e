#include "bundle/rootfs.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "bundle/file_writer.hpp"
#include "tree/entry_path.hpp"
#include "tree/extract.hpp"

#include <fmt/format.h>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <cerrno>
#include <memory>

namespace berth::bundle {
namespace {

using codec::TarEntry;
using codec::TarType;

constexpr std::size_t write_bytes = 256 * 1024;

Error invalid(std::string message) {
    return Error(ErrorCode::content_invalid, std::move(message));
}

Error creation_failed(const TarEntry& entry, int reason) {
    switch (reason) {
        case ENAMETOOLONG:
            return invalid("the file system allows no name so long");
        case EFBIG:
            return invalid(fmt::format("the file system allows no file of {} bytes", entry.size));
        case EMLINK:
            return invalid("the file system allows no more hard links to the same file");
        default:
            return system_error(fmt::format("making {}", berth::quoted(entry.path)), reason);
    }
}

mode_t node_type(TarType type) {
    if (type == TarType::fifo) return S_IFIFO;
    return type == TarType::character_device ? S_IFCHR : S_IFBLK;
}

bool is_device(TarType type) {
    return type == TarType::character_device || type == TarType::block_device;
}

bool is_same_file(const tree::Directory& a, const std::string& a_name, const tree::Directory& b,
                  const std::string& b_name) {
    struct stat first {};
    struct stat second {};
    return ::fstatat(a.fd(), a_name.c_str(), &first, AT_SYMLINK_NOFOLLOW) == 0 &&
           ::fstatat(b.fd(), b_name.c_str(), &second, AT_SYMLINK_NOFOLLOW) == 0 &&
           first.st_dev == second.st_dev && first.st_ino == second.st_ino;
}

tree::RootOptions root_options(const Attributes& attributes) {
    return {.links = tree::Links::in_root,
            .owner = attributes.owner_of_missing(),
            .group = attributes.group_of_missing()};
}

struct Name {
    std::string name;
    bool is_directory;
};

std::vector<Name> list(const tree::Directory& directory) {
    UniqueFd copy(::openat(directory.fd(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    const std::unique_ptr<DIR, int (*)(DIR*)> listing(copy ? ::fdopendir(copy.get()) : nullptr,
                                                      &::closedir);
    if (!listing)
        throw system_error(fmt::format("listing {}", berth::quoted(directory.path)), errno);
    copy.release();
    std::vector<Name> names;
    while (const auto* entry = ::readdir(listing.get())) {
        std::string name = entry->d_name;
        if (name == "." || name == "..") continue;
        struct stat status {};
        const bool is_directory =
            entry->d_type == DT_DIR ||
            (entry->d_type == DT_UNKNOWN &&
             ::fstatat(directory.fd(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0 &&
             S_ISDIR(status.st_mode));
        names.push_back({std::move(name), is_directory});
    }
    return names;
}

} // namespace

Rootfs::Rootfs(UniqueFd root, mode_t umask, const UnpackOptions& options, Warnings& warnings)
    : attributes_(options, umask, warnings),
      root_(std::move(root), root_options(attributes_)),
      warnings_(warnings),
      limits_(options.limits),
      buffer_(write_bytes) {}

void Rootfs::apply(codec::TarReader& layer, std::stop_token stop) {
    ++layer_;
    upper_.clear();
    stop_ = std::move(stop);
    std::uint64_t number = 0;
    while (const auto* entry = layer.next()) {
        ++number;
        if (stop_.stop_requested()) throw Error(ErrorCode::cancelled, "stopped on request");
        try {
            if (++entries_ > limits_.tar.entries) {
                throw Error(ErrorCode::limit_exceeded,
                            fmt::format("the image has more than {} entries in its layers",
                                        limits_.tar.entries));
            }
            apply_entry(layer, *entry);
        } catch (Error& error) {
            error.add_context(fmt::format("entry {} {}", number, berth::quoted(entry->path)));
            throw;
        }
    }
}

void Rootfs::finish() {
    root_.close_directories();
    attributes_.finish(root_);
    root_.close_directories();
}

void Rootfs::apply_entry(codec::TarReader& layer, const TarEntry& entry) {
    const auto path = tree::entry_path(entry.path).value();
    if (path.empty()) return apply_root(entry);
    const auto whiteout = whiteout_of(path);
    if (whiteout.kind != Whiteout::Kind::none) return apply_whiteout(whiteout, path);
    if (entry.type == TarType::hard_link) return make_hard_link(entry, path);
    auto& parent = parent_of(path);
    const std::string name(tree::leaf_name(path));
    switch (entry.type) {
        case TarType::file:
            return make_file(layer, entry, parent, name);
        case TarType::directory:
            return make_directory(entry, parent, name);
        case TarType::symlink:
            return make_symlink(entry, parent, name);
        default:
            return make_node(entry, parent, name);
    }
}

/// The root was opened before the first entry and stays what it is; it can get attributes only.
void Rootfs::apply_root(const TarEntry& entry) {
    if (entry.type != TarType::directory)
        throw invalid("the root directory cannot be replaced by something else");
    attributes_.set_directory(*root_.find(""), entry, true);
}

tree::Directory& Rootfs::parent_of(std::string_view path) {
    auto& parent = root_.make(tree::parent_path(path));
    parent.touched = true;
    if (layer_ == 1) return parent;
    if (parent.note != layer_) upper_.add_with_parents(parent.path);
    parent.note = layer_;
    upper_.add(tree::join(parent.path, tree::leaf_name(path)));
    return parent;
}

template <class Make>
void Rootfs::place(const TarEntry& entry, tree::Directory& parent, const std::string& name,
                   Make make) {
    int reason = make();
    if (reason == EEXIST) {
        remove(parent, name);
        reason = make();
    }
    if (reason != 0) throw creation_failed(entry, reason);
}

void Rootfs::remove(tree::Directory& parent, const std::string& name) {
    root_.forget(parent, name);
    attributes_.forget(tree::join(parent.path, name));
    tree::remove_tree(parent.fd(), name);
    parent.touched = true;
}

UniqueFd Rootfs::create_file(const TarEntry& entry, tree::Directory& parent,
                             const std::string& name) {
    UniqueFd file;
    place(entry, parent, name, [&] {
        file.reset(::openat(parent.fd(), name.c_str(),
                            O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                            entry.mode & 0777));
        return file ? 0 : errno;
    });
    return file;
}

void Rootfs::make_file(codec::TarReader& layer, const TarEntry& entry, tree::Directory& parent,
                       const std::string& name) {
    const auto file = create_file(entry, parent, name);
    write_content(layer, entry, file.get());
    attributes_.set_file(file.get(), parent, entry);
}

void Rootfs::count_bytes(std::size_t count) {
    if (count > limits_.total_bytes - bytes_) {
        throw Error(ErrorCode::limit_exceeded, fmt::format("the image's files hold more than {}",
                                                           human_size(limits_.total_bytes)));
    }
    bytes_ += count;
}

void Rootfs::write_content(codec::TarReader& layer, const TarEntry& entry, int file) {
    FileWriter writer(entry, file);
    while (const auto count = layer.read(buffer_)) {
        if (stop_.stop_requested()) throw Error(ErrorCode::cancelled, "stopped on request");
        count_bytes(count);
        writer.write(std::span(buffer_).first(count));
    }
    writer.finish();
}

void Rootfs::make_directory(const TarEntry& entry, tree::Directory& parent,
                            const std::string& name) {
    bool merged = false;
    place(entry, parent, name, [&] {
        if (::mkdirat(parent.fd(), name.c_str(), 0700) == 0) return 0;
        if (errno != EEXIST) return errno;
        struct stat status {};
        if (::fstatat(parent.fd(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) return errno;
        merged = S_ISDIR(status.st_mode);
        return merged ? 0 : EEXIST;
    });
    attributes_.set_directory(root_.enter(parent, name), entry, merged);
}

void Rootfs::make_symlink(const TarEntry& entry, tree::Directory& parent, const std::string& name) {
    if (entry.link_target.empty() || entry.link_target.find('\0') != std::string::npos)
        throw invalid("the symlink has no usable target");
    place(entry, parent, name, [&] {
        return ::symlinkat(entry.link_target.c_str(), parent.fd(), name.c_str()) == 0 ? 0 : errno;
    });
    attributes_.set_special(parent, name, entry);
}

void Rootfs::make_node(const TarEntry& entry, tree::Directory& parent, const std::string& name) {
    if (is_device(entry.type) && attributes_.rootless()) {
        warnings_.add(Warning::device_emptied, entry.path);
        const auto file = create_file(entry, parent, name);
        return attributes_.set_file(file.get(), parent, entry);
    }
    place(entry, parent, name, [&] {
        const auto device =
            is_device(entry.type) ? ::makedev(entry.device_major, entry.device_minor) : dev_t{};
        const auto mode = node_type(entry.type) | (entry.mode & 0777);
        if (::mknodat(parent.fd(), name.c_str(), mode, device) == 0) return 0;
        if (errno == EINVAL) {
            throw Error(ErrorCode::content_invalid,
                        fmt::format("the device number {}:{} does not exist on Linux",
                                    entry.device_major, entry.device_minor));
        }
        if (errno != EPERM) return errno;
        Error error(ErrorCode::denied, "only root may make a device node");
        error.set_hint("run as root, or unpack with --rootless");
        throw error;
    });
    attributes_.set_special(parent, name, entry);
}

void Rootfs::make_hard_link(const TarEntry& entry, const std::string& path) {
    const auto target = tree::entry_path(entry.link_target).value();
    const auto no_target = [&] {
        return invalid(fmt::format("the hard link's target {} does not exist in the image",
                                   berth::quoted(entry.link_target)));
    };
    auto& parent = parent_of(path);
    const std::string name(tree::leaf_name(path));
    const auto* from = root_.find(tree::parent_path(target));
    const std::string from_name(tree::leaf_name(target));
    if (!from || from_name.empty()) throw no_target();
    // A link to itself would first remove what it links to.
    if (is_same_file(*from, from_name, parent, name)) return;
    const auto make = [&] {
        if (::linkat(from->fd(), from_name.c_str(), parent.fd(), name.c_str(), 0) == 0) return 0;
        if (errno == ENOENT || errno == ENOTDIR) throw no_target();
        if (errno != EPERM) return errno;
        throw invalid(fmt::format("the hard link's target {} is a directory",
                                  berth::quoted(entry.link_target)));
    };
    place(entry, parent, name, make);
}

void Rootfs::apply_whiteout(const Whiteout& whiteout, std::string_view path) {
    if (whiteout.kind == Whiteout::Kind::aufs) return warnings_.add(Warning::aufs_entry, path);
    if (layer_ == 1) return; // nothing is below
    auto* directory = root_.find(tree::parent_path(path));
    if (!directory) return;
    if (whiteout.kind == Whiteout::Kind::opaque) return remove_lower(std::string(directory->path));
    const auto target = tree::join(directory->path, whiteout.target);
    if (!upper_.contains(target)) return remove(*directory, whiteout.target);
    struct stat status {};
    if (::fstatat(directory->fd(), whiteout.target.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0 &&
        S_ISDIR(status.st_mode))
        remove_lower(target);
}

/// Removes what this layer did not put there. `top` has no symlinks in it, nor have the names
/// that are found below it, so find() opens the very directories that were listed.
void Rootfs::remove_lower(std::string_view top) {
    std::vector<std::string> todo{std::string(top)};
    while (!todo.empty()) {
        const auto path = std::move(todo.back());
        todo.pop_back();
        auto* directory = root_.find(path);
        if (!directory) continue;
        for (auto& [name, is_directory] : list(*directory)) {
            auto inner = tree::join(path, name);
            if (!upper_.contains(inner)) {
                remove(*directory, name);
            } else if (is_directory) {
                todo.push_back(std::move(inner));
            }
        }
    }
}

} // namespace berth::bundle
