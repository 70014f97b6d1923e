#include "hosting/blob_check.hpp"

#include "base/error.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>
#include <vector>

namespace berth::hosting {

namespace {

using Kind = BlobVerdict::Kind;

constexpr std::uint64_t piece = 256 * 1024;

} // namespace

std::string_view name_of(Finding::Kind kind) {
    constexpr std::array<std::string_view, 6> names{"damaged_blob",    "missing_blob",
                                                    "unreadable_blob", "damaged_manifest",
                                                    "wrong_count",     "stray_file"};
    return names[static_cast<std::size_t>(kind)];
}

BlobCheck::BlobCheck(const store::BlobDirectory& blobs, std::int64_t id, oci::Digest digest,
                     std::uint64_t size)
    : id_(id), digest_(std::move(digest)), size_(size), hasher_(digest_.algorithm()) {
    try {
        opened_ = blobs.open(digest_);
    } catch (const Error& error) {
        // Only what says something of this file counts against it: a process without descriptors
        // or memory would have a scrub set every blob aside.
        early_ = BlobVerdict{
            error.code() == ErrorCode::content_invalid ? Kind::unreadable : Kind::unstable,
            error.what()};
        return;
    }
    if (!opened_) {
        early_ = BlobVerdict{Kind::missing, "its file is not there"};
    } else if (opened_->size != size_) {
        early_ = BlobVerdict{Kind::damaged, fmt::format("its file has {} bytes in place of {}",
                                                        opened_->size, size_)};
    } else {
        ::posix_fadvise(opened_->file.get(), 0, 0, POSIX_FADV_SEQUENTIAL);
    }
}

std::optional<BlobVerdict> BlobCheck::read_some(std::uint64_t most, std::uint64_t& read) {
    if (early_) return early_;
    std::vector<std::byte> buffer(std::min(piece, most));
    for (std::uint64_t taken = 0; taken < most;) {
        const auto wanted = std::min<std::uint64_t>(buffer.size(), most - taken);
        const auto got =
            ::pread(opened_->file.get(), buffer.data(), wanted, static_cast<off_t>(at_));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) {
            return BlobVerdict{errno == EIO ? Kind::unreadable : Kind::unstable,
                               fmt::format("reading it at byte {}: {}", at_,
                                           std::generic_category().message(errno))};
        }
        if (got == 0) return at_end();
        hasher_.update(std::span(buffer).first(static_cast<std::size_t>(got)));
        at_ += static_cast<std::uint64_t>(got);
        taken += static_cast<std::uint64_t>(got);
        read += static_cast<std::uint64_t>(got);
    }
    return std::nullopt;
}

std::optional<BlobVerdict> BlobCheck::at_end() {
    forget_cached();
    const auto actual = hasher_.digest();
    if (actual == digest_ && !again_) return BlobVerdict{};
    if (actual == digest_) {
        return BlobVerdict{
            Kind::unstable,
            fmt::format("it read as {} once, and right when read again", first_digest_)};
    }
    // Memory or a cable may have been at fault: what is set aside must be wrong on the disk.
    if (!again_) {
        again_ = true;
        first_digest_ = actual.text();
        at_ = 0;
        hasher_ = codec::Hasher(digest_.algorithm());
        return std::nullopt;
    }
    return BlobVerdict{Kind::damaged, fmt::format("its bytes have the digest {}", actual.text())};
}

void BlobCheck::forget_cached() const {
    // What nobody asked for must not push out what clients read.
    ::posix_fadvise(opened_->file.get(), 0, 0, POSIX_FADV_DONTNEED);
}

bool BlobCheck::is_file(const std::filesystem::path& path) const {
    if (!opened_) return false;
    struct stat mine {};
    struct stat there {};
    return ::fstat(opened_->file.get(), &mine) == 0 && ::lstat(path.c_str(), &there) == 0 &&
           mine.st_ino == there.st_ino && mine.st_dev == there.st_dev;
}

} // namespace berth::hosting
