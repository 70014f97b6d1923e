#include "store/incoming_blob.hpp"

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/text.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

namespace berth::store {
namespace {

/// How often a waiting process looks whether the other one has finished.
constexpr std::chrono::milliseconds wait_step{20};
/// Dirty bytes after which the kernel is asked to write, so that the fsync at the end is short.
constexpr std::uint64_t flush_step = 8 * 1024 * 1024;

void stop_here(const std::stop_token& stop) {
    if (stop.stop_requested()) throw Error(ErrorCode::cancelled, "stopped on request");
}

void tell(const Moved& moved, std::uint64_t bytes) {
    if (moved) moved(bytes);
}

void lock(int file, const std::filesystem::path& path, const std::stop_token& stop) {
    while (::flock(file, LOCK_EX | LOCK_NB) != 0) {
        if (errno == EINTR) continue;
        if (errno != EWOULDBLOCK)
            throw system_error(fmt::format("locking {}", berth::quoted(path.native())), errno);
        stop_here(stop);
        std::this_thread::sleep_for(wait_step);
    }
}

std::filesystem::path new_name(const std::filesystem::path& directory) {
    return directory / fmt::format(".incoming-{}", random_hex_16());
}

/// Whether `path` still names the open file: its last owner may have committed or removed it.
bool still_names(const std::filesystem::path& path, int file) {
    struct stat by_name {};
    struct stat by_file {};
    return ::lstat(path.c_str(), &by_name) == 0 && ::fstat(file, &by_file) == 0 &&
           by_name.st_dev == by_file.st_dev && by_name.st_ino == by_file.st_ino;
}

} // namespace

IncomingBlob::IncomingBlob(UniqueFd file, std::filesystem::path path, const oci::Descriptor& blob,
                           bool temporary)
    : file_(std::move(file)),
      path_(std::move(path)),
      blob_(blob),
      temporary_(temporary),
      hasher_(blob.digest.algorithm()) {}

IncomingBlob IncomingBlob::open_shared(const std::filesystem::path& path,
                                       const oci::Descriptor& blob, std::stop_token stop) {
    for (;;) {
        UniqueFd file = open_file(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK, 0644);
        lock(file.get(), path, stop);
        if (still_names(path, file.get())) return IncomingBlob(std::move(file), path, blob, false);
    }
}

IncomingBlob IncomingBlob::create_temporary(const std::filesystem::path& directory,
                                            const oci::Descriptor& blob) {
    // A file without a name gets one through /proc; not every file system has such files.
    if (::access("/proc/self/fd", X_OK) == 0) {
        UniqueFd file(::open(directory.c_str(), O_RDWR | O_TMPFILE | O_CLOEXEC, 0644));
        if (file) {
            IncomingBlob incoming(std::move(file), directory, blob, true);
            incoming.named_ = false;
            return incoming;
        }
    }
    auto path = new_name(directory);
    UniqueFd file = open_file(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, 0644);
    return IncomingBlob(std::move(file), std::move(path), blob, true);
}

void IncomingBlob::give_name() {
    // First to the disk: a name that a kill leaves behind should be there for a moment only.
    if (::fsync(file_.get()) != 0)
        throw system_error(fmt::format("syncing a new file in {}", berth::quoted(path_.native())),
                           errno);
    auto path = new_name(path_);
    const auto handle = fmt::format("/proc/self/fd/{}", file_.get());
    if (::linkat(AT_FDCWD, handle.c_str(), AT_FDCWD, path.c_str(), AT_SYMLINK_FOLLOW) != 0)
        throw system_error(fmt::format("naming {}", berth::quoted(path.native())), errno);
    path_ = std::move(path);
    named_ = true;
}

IncomingBlob::~IncomingBlob() {
    if (!file_ || !named_) return;
    if (temporary_ || received_ == 0) ::unlink(path_.c_str());
}

void IncomingBlob::take_over(const Moved& moved, std::stop_token stop) {
    struct stat status {};
    if (::fstat(file_.get(), &status) != 0)
        throw system_error(fmt::format("examining {}", berth::quoted(path_.native())), errno);
    const auto size = static_cast<std::uint64_t>(status.st_size);
    if (size > blob_.size) return restart();
    // Nothing is lost if reading stops half-way: the whole file stays.
    received_ = size;
    FileSource content(UniqueFd(::fcntl(file_.get(), F_DUPFD_CLOEXEC, 0)), 0, size);
    std::vector<std::byte> buffer(buffer_size);
    while (const std::size_t count = content.read(buffer)) {
        stop_here(stop);
        hasher_.update(std::span(buffer).first(count));
        tell(moved, count);
    }
    flushed_ = size;
    if (::lseek(file_.get(), static_cast<off_t>(size), SEEK_SET) < 0)
        throw system_error(fmt::format("seeking in {}", berth::quoted(path_.native())), errno);
}

void IncomingBlob::receive(Source& content, const Moved& moved, std::stop_token stop) {
    std::vector<std::byte> buffer(buffer_size);
    for (;;) {
        stop_here(stop);
        const std::size_t count = content.read(buffer);
        if (count == 0) return;
        if (count > blob_.size - received_)
            throw mismatch(ErrorCode::size_invalid,
                           fmt::format("goes on after its {} bytes", blob_.size));
        append(std::span(buffer).first(count));
        tell(moved, count);
    }
}

void IncomingBlob::append(std::span<const std::byte> bytes) {
    write_all(file_.get(), bytes, berth::quoted(path_.native()));
    hasher_.update(bytes);
    received_ += bytes.size();
    if (received_ - flushed_ < flush_step) return;
    // A hint only; where it is not supported, the fsync takes longer.
    ::sync_file_range(file_.get(), static_cast<off_t>(flushed_),
                      static_cast<off_t>(received_ - flushed_), SYNC_FILE_RANGE_WRITE);
    flushed_ = received_;
}

void IncomingBlob::restart() {
    if (::ftruncate(file_.get(), 0) != 0 || ::lseek(file_.get(), 0, SEEK_SET) < 0)
        throw system_error(fmt::format("truncating {}", berth::quoted(path_.native())), errno);
    hasher_ = codec::Hasher(blob_.digest.algorithm());
    received_ = 0;
    flushed_ = 0;
}

void IncomingBlob::discard() {
    if (named_) ::unlink(path_.c_str());
    file_.reset();
}

void IncomingBlob::commit(const BlobDirectory& blobs) {
    if (received_ != blob_.size)
        throw mismatch(ErrorCode::size_invalid,
                       fmt::format("ends after {} of {} bytes", received_, blob_.size));
    if (const oci::Digest digest = hasher_.digest(); digest != blob_.digest)
        throw mismatch(ErrorCode::digest_invalid, fmt::format("has digest {}", digest.text()));
    if (!named_) give_name();
    blobs.publish(file_.get(), path_, blob_.digest);
    file_.reset();
}

Error IncomingBlob::mismatch(ErrorCode code, const std::string& what) const {
    return Error(code, fmt::format("blob {} {}", blob_.digest.text(), what));
}

} // namespace berth::store
