#include "store/blob_directory.hpp"

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/text.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace berth::store {
namespace {

Error failed(std::string_view what, const std::filesystem::path& path) {
    const int number = errno;
    return system_error(fmt::format("{} {}", what, berth::quoted(path.native())), number);
}

} // namespace

BlobDirectory::BlobDirectory(std::filesystem::path root, Depth depth)
    : root_(std::move(root)), depth_(depth) {}

std::filesystem::path BlobDirectory::path_of(const oci::Digest& digest) const {
    std::filesystem::path directory = root_ / digest.algorithm_name();
    if (depth_ == Depth::sharded) directory /= digest.hex().substr(0, 2);
    return directory / digest.hex();
}

std::optional<OpenedBlob> BlobDirectory::open(const oci::Digest& digest) const {
    const auto path = path_of(digest);
    // O_NONBLOCK: opening a FIFO that someone put there must not hang.
    UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
    if (!file) {
        if (errno == ENOENT || errno == ENOTDIR) return std::nullopt;
        if (errno != ELOOP) throw failed("opening", path);
    }
    struct stat status {};
    if (file && ::fstat(file.get(), &status) != 0) throw failed("examining", path);
    if (!file || !S_ISREG(status.st_mode))
        throw Error(ErrorCode::content_invalid,
                    fmt::format("{} is not a regular file", berth::quoted(path.native())))
            .set_hint("blobs must be plain files; remove it and fetch it again");
    return OpenedBlob{std::move(file), static_cast<std::uint64_t>(status.st_size)};
}

std::optional<OpenedBlob> BlobDirectory::open(const oci::Descriptor& blob) const {
    auto opened = open(blob.digest);
    if (opened && opened->size != blob.size) return std::nullopt;
    return opened;
}

std::filesystem::path BlobDirectory::make_parent(const oci::Digest& digest) const {
    auto parent = path_of(digest).parent_path();
    make_directories(parent);
    return parent;
}

void BlobDirectory::publish(int file, const std::filesystem::path& temporary,
                            const oci::Digest& digest) const {
    const auto parent = make_parent(digest);
    const auto path = path_of(digest);
    if (::fsync(file) != 0) throw failed("syncing", temporary);
    if (::rename(temporary.c_str(), path.c_str()) != 0) throw failed("committing", path);
    // Not before: after a crash in between, the next process could not open the file to go on.
    if (::fchmod(file, 0444) != 0) throw failed("setting the mode of", path);
    sync_directory(parent);
}

void make_directories(const std::filesystem::path& directory) {
    if (directory.empty()) return;
    if (::mkdir(directory.c_str(), 0755) == 0) {
        const auto parent = directory.parent_path();
        sync_directory(parent.empty() ? std::filesystem::path(".") : parent);
        return;
    }
    if (errno == EEXIST) {
        if (std::filesystem::is_directory(directory)) return;
        throw Error(ErrorCode::conflict,
                    fmt::format("{} is not a directory", berth::quoted(directory.native())));
    }
    if (errno != ENOENT || !directory.has_parent_path() || directory.parent_path() == directory)
        throw failed("creating", directory);
    make_directories(directory.parent_path());
    make_directories(directory);
}

} // namespace berth::store
