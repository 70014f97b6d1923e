#include "hosting/uploads.hpp"

#include "base/file.hpp"
#include "codec/hasher.hpp"
#include "store/blob_directory.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <mutex>
#include <vector>

namespace berth::hosting {

struct Uploads::Session {
    Session(std::string for_repository, std::filesystem::path at, UniqueFd opened)
        : repository(std::move(for_repository)), path(std::move(at)), file(std::move(opened)) {}
    /// The file goes with its session, unless it was published: then the name is gone already.
    ~Session() { ::unlink(path.c_str()); }

    std::mutex in_use;
    const std::string repository;
    const std::filesystem::path path;
    UniqueFd file;
    codec::Hasher hasher{oci::DigestAlgorithm::sha256};
    /// Written by who holds `in_use`; read by anybody.
    std::atomic<std::uint64_t> received = 0;
    std::uint64_t flushed = 0;
    std::chrono::steady_clock::time_point last_used;
};

namespace {

constexpr std::size_t piece = 256 * 1024;
/// Dirty bytes after which the kernel is asked to write, so that the fsync at the end is short.
constexpr std::uint64_t flush_step = 8 * 1024 * 1024;

Error unknown_upload() {
    return Error(ErrorCode::blob_upload_unknown, "there is no such upload in this repository")
        .set_hint("start the upload again");
}

std::unique_lock<std::mutex> use_alone(std::mutex& in_use) {
    std::unique_lock lock(in_use, std::try_to_lock);
    if (!lock.owns_lock())
        throw Error(ErrorCode::conflict, "another request is writing to this upload");
    return lock;
}

/// The hash of a whole file, for an algorithm that was not known while it arrived.
oci::Digest hash_again(int file, std::uint64_t size, oci::DigestAlgorithm algorithm) {
    codec::Hasher hasher(algorithm);
    std::vector<std::byte> buffer(piece);
    for (std::uint64_t at = 0; at < size;) {
        const auto got = ::pread(file, buffer.data(), buffer.size(), static_cast<off_t>(at));
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) throw system_error("reading an upload", got < 0 ? errno : EIO);
        hasher.update(std::span(buffer).first(static_cast<std::size_t>(got)));
        at += static_cast<std::uint64_t>(got);
    }
    return hasher.digest();
}

/// A write that failed half way, as on a full disk, has left bytes behind what was received.
template <class Session>
void go_to_end(const Session& session) {
    const auto end = static_cast<off_t>(session.received.load());
    if (::lseek(session.file.get(), end, SEEK_SET) != end ||
        ::ftruncate(session.file.get(), end) != 0)
        throw system_error("going on with an upload", errno);
}

} // namespace

Uploads::Uploads(std::filesystem::path directory, UploadLimits limits, Clock& clock,
                 RequireRoom require_room)
    : directory_(std::move(directory)),
      limits_(limits),
      clock_(clock),
      require_room_(std::move(require_room)) {
    store::make_directories(directory_);
    for (const auto& left : std::filesystem::directory_iterator(directory_))
        std::filesystem::remove_all(left.path());
}

Uploads::~Uploads() = default;

std::string Uploads::begin(std::string_view repository) {
    auto id = random_hex_16() + random_hex_16();
    const auto path = directory_ / id;
    auto session =
        std::make_shared<Session>(std::string(repository), path,
                                  open_file(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, 0644));
    session->last_used = clock_.now();
    sessions_.with([&](auto& sessions) {
        if (sessions.size() >= limits_.sessions) {
            throw Error(ErrorCode::too_many_requests,
                        fmt::format("{} uploads are open, which is the limit", sessions.size()))
                .set_retry_after(10);
        }
        sessions.emplace(id, std::move(session));
    });
    return id;
}

Uploads::Held Uploads::hold(std::string_view repository, std::string_view id) {
    auto held = sessions_.with([&](auto& sessions) {
        const auto found = sessions.find(id);
        return found == sessions.end() ? Held() : found->second;
    });
    if (!held || held->repository != repository) throw unknown_upload();
    return held;
}

void Uploads::forget(std::string_view id) {
    const Held held = sessions_.with([&](auto& sessions) {
        const auto found = sessions.find(id);
        if (found == sessions.end()) return Held();
        Held taken = std::move(found->second);
        sessions.erase(found);
        return taken;
    });
}

std::uint64_t Uploads::received(std::string_view repository, std::string_view id) {
    // Not alone: a client whose connection broke asks before the server has noticed.
    return hold(repository, id)->received;
}

void Uploads::check_size(const Session& session, std::uint64_t more) const {
    if (more > limits_.blob_bytes || session.received > limits_.blob_bytes - more) {
        throw Error(ErrorCode::limit_exceeded,
                    fmt::format("a blob may have at most {} bytes", limits_.blob_bytes));
    }
    if (require_room_) require_room_(session.repository, session.received + more);
}

std::uint64_t Uploads::append(std::string_view repository, std::string_view id, Source& content,
                              std::optional<std::uint64_t> start,
                              std::optional<std::uint64_t> length) {
    const auto session = hold(repository, id);
    const auto lock = use_alone(session->in_use);
    session->last_used = clock_.now();
    if (start && *start != session->received) {
        throw Error(ErrorCode::range_invalid,
                    fmt::format("the chunk begins at byte {}, but the upload has {} bytes", *start,
                                session->received.load()));
    }
    check_size(*session, length.value_or(0));
    go_to_end(*session);
    std::vector<std::byte> buffer(piece);
    std::uint64_t taken = 0;
    while (const auto size = content.read(buffer)) {
        if (session->received + size > limits_.blob_bytes) check_size(*session, size);
        const auto bytes = std::span(std::as_const(buffer)).first(size);
        write_all(session->file.get(), bytes, "an upload");
        session->hasher.update(bytes);
        session->received += size;
        taken += size;
        if (session->received - session->flushed >= flush_step) {
            ::sync_file_range(session->file.get(), static_cast<off_t>(session->flushed),
                              static_cast<off_t>(session->received - session->flushed),
                              SYNC_FILE_RANGE_WRITE);
            session->flushed = session->received;
            check_size(*session, 0);
        }
    }
    session->last_used = clock_.now();
    if (length && *length != taken) {
        throw Error(ErrorCode::size_invalid,
                    fmt::format("the request announced {} bytes and brought {}", *length, taken));
    }
    return session->received;
}

void Uploads::finish(std::string_view repository, std::string_view id, const oci::Digest& digest,
                     const std::function<void(const FinishedUpload&)>& publish) {
    const auto session = hold(repository, id);
    const auto lock = use_alone(session->in_use);
    go_to_end(*session);
    forget(id);
    const auto actual =
        digest.algorithm() == oci::DigestAlgorithm::sha256
            ? session->hasher.digest()
            : hash_again(session->file.get(), session->received, digest.algorithm());
    if (actual != digest) {
        throw Error(ErrorCode::digest_invalid,
                    fmt::format("the {} bytes received have the digest {}, not {}",
                                session->received.load(), actual.text(), digest.text()));
    }
    publish({session->file.get(), session->path, session->received});
}

void Uploads::cancel(std::string_view repository, std::string_view id) {
    const auto session = hold(repository, id);
    const auto lock = use_alone(session->in_use);
    forget(id);
}

std::size_t Uploads::expire() {
    std::vector<Held> idle;
    sessions_.with([&](auto& sessions) {
        for (auto each = sessions.begin(); each != sessions.end();) {
            const std::unique_lock lock(each->second->in_use, std::try_to_lock);
            if (lock.owns_lock() && clock_.now() - each->second->last_used > limits_.idle) {
                idle.push_back(each->second);
                each = sessions.erase(each);
            } else {
                ++each;
            }
        }
    });
    return idle.size();
}

} // namespace berth::hosting
