#include "tree/extract.hpp"

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/source.hpp"
#include "base/text.hpp"
#include "tree/beneath.hpp"
#include "tree/entry_path.hpp"

#include <fmt/format.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace berth::tree {
namespace {

using codec::TarEntry;
using codec::TarType;

Error invalid(std::string message) {
    return Error(ErrorCode::content_invalid, std::move(message));
}

Error creation_failed(const std::string& path, int reason) {
    if (reason == EEXIST)
        return invalid(
            fmt::format("{} is there already and will not be replaced", berth::quoted(path)));
    return system_error(fmt::format("making {}", berth::quoted(path)), reason);
}

class Extraction {
public:
    Extraction(codec::TarReader& archive, int directory, const ExtractLimits& limits)
        : archive_(archive),
          limits_(limits),
          root_(UniqueFd(::openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)), {}),
          buffer_(buffer_size) {}

    void run(const std::function<void(const TarEntry&)>& accept) {
        while (const auto* entry = archive_.next()) {
            ++entries_;
            try {
                if (entries_ > limits_.entries) {
                    throw Error(ErrorCode::limit_exceeded,
                                fmt::format("more than {} entries", limits_.entries));
                }
                if (accept) accept(*entry);
                add(*entry);
            } catch (Error& error) {
                error.add_context(fmt::format("entry {} {}", entries_, berth::quoted(entry->path)));
                throw;
            }
        }
        archive_.drain();
        root_.close_directories();
    }

private:
    void add(const TarEntry& entry) {
        const auto path = entry_path(entry.path).value();
        if (path.empty()) {
            if (entry.type == TarType::directory) return;
            throw invalid("the top directory cannot be replaced");
        }
        auto& parent = root_.make(parent_path(path));
        const std::string name(leaf_name(path));
        parent.touched = true;
        switch (entry.type) {
            case TarType::file:
                return add_file(entry, parent, name);
            case TarType::directory:
                return add_directory(entry, parent, name);
            case TarType::symlink:
                return add_symlink(entry, parent, name);
            case TarType::hard_link:
                return add_hard_link(entry, path);
            case TarType::character_device:
            case TarType::block_device:
            case TarType::fifo:
                throw invalid("device nodes and FIFOs do not belong in a plain archive");
        }
    }

    void add_file(const TarEntry& entry, const Directory& parent, const std::string& name) {
        const UniqueFd file(::openat(parent.fd(), name.c_str(),
                                     O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
        if (!file) throw creation_failed(entry.path, errno);
        if (entry.regions) throw invalid("sparse files do not belong in a plain archive");
        while (const auto count = archive_.read(buffer_)) {
            if (count > limits_.total_bytes - bytes_) {
                throw Error(ErrorCode::limit_exceeded,
                            fmt::format("more than {} of files in the archive",
                                        human_size(limits_.total_bytes)));
            }
            bytes_ += count;
            write_all(file.get(), std::span(buffer_).first(count), berth::quoted(entry.path));
        }
        if (::fchmod(file.get(), entry.mode & 0777) != 0) throw creation_failed(entry.path, errno);
        const timespec times[2] = {time_of(entry), time_of(entry)};
        if (::futimens(file.get(), times) != 0) throw creation_failed(entry.path, errno);
    }

    void add_directory(const TarEntry& entry, const Directory& parent, const std::string& name) {
        if (::mkdirat(parent.fd(), name.c_str(), 0700) != 0 && errno != EEXIST)
            throw creation_failed(entry.path, errno);
        struct stat status {};
        if (::fstatat(parent.fd(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0)
            throw creation_failed(entry.path, errno);
        if (!S_ISDIR(status.st_mode)) throw creation_failed(entry.path, EEXIST);
        auto& directory = root_.enter(parent, name);
        // Others of the archive's files go in here, and whoever unpacked it will want it gone.
        if (::fchmod(directory.fd(), (entry.mode & 0777) | 0700) != 0)
            throw creation_failed(entry.path, errno);
        directory.modified = time_of(entry);
        directory.touched = true;
    }

    void add_symlink(const TarEntry& entry, const Directory& parent, const std::string& name) {
        check_target(entry.link_target, parent.path);
        if (::symlinkat(entry.link_target.c_str(), parent.fd(), name.c_str()) != 0)
            throw creation_failed(entry.path, errno);
        const timespec times[2] = {time_of(entry), time_of(entry)};
        if (::utimensat(parent.fd(), name.c_str(), times, AT_SYMLINK_NOFOLLOW) != 0)
            throw creation_failed(entry.path, errno);
    }

    /// ".." only in front, and no more of them than there are directories to leave: then no chain
    /// of such links leads out, whatever the order in which they come to exist.
    static void check_target(const std::string& target, std::string_view directory) {
        if (target.empty() || target.find('\0') != target.npos)
            throw invalid("a symlink without a usable target");
        if (target.starts_with('/'))
            throw invalid(fmt::format("the symlink leads to {}, out of the directory",
                                      berth::quoted(target)));
        auto depth =
            directory.empty() ? 0 : std::count(directory.begin(), directory.end(), '/') + 1;
        bool named = false;
        for (const auto part : split(target, '/')) {
            if (part == ".." && (named || --depth < 0)) {
                throw invalid(fmt::format("the symlink to {} could lead out of the directory",
                                          berth::quoted(target)));
            }
            named = named || (!part.empty() && part != "." && part != "..");
        }
    }

    void add_hard_link(const TarEntry& entry, const std::string& path) {
        const auto target = entry_path(entry.link_target).value();
        auto* from = root_.find(parent_path(target));
        const std::string from_name(leaf_name(target));
        struct stat status {};
        if (!from || ::fstatat(from->fd(), from_name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0 ||
            !S_ISREG(status.st_mode)) {
            throw invalid(fmt::format("the hard link's target {} is no file of this archive",
                                      berth::quoted(entry.link_target)));
        }
        auto& parent = root_.make(parent_path(path));
        if (::linkat(from->fd(), from_name.c_str(), parent.fd(),
                     std::string(leaf_name(path)).c_str(), 0) != 0)
            throw creation_failed(entry.path, errno);
    }

    static timespec time_of(const TarEntry& entry) {
        return {entry.modified.seconds, entry.modified.nanoseconds};
    }

    codec::TarReader& archive_;
    const ExtractLimits& limits_;
    Root root_;
    std::vector<std::byte> buffer_;
    std::uint64_t entries_ = 0;
    std::uint64_t bytes_ = 0;
};

} // namespace

void extract(codec::TarReader& archive, int directory_fd, const ExtractLimits& limits,
             const std::function<void(const codec::TarEntry&)>& accept) {
    Extraction(archive, directory_fd, limits).run(accept);
}

} // namespace berth::tree
