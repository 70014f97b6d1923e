#include "hosting/uploads.hpp"

#include "base/file.hpp"
#include "base/text.hpp"
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
    Session(std::string_view for_repository, std::string_view by, std::filesystem::path at)
        : repository(for_repository), user(by), path(std::move(at)) {}
    /// The file goes with its session, unless it was published: then the name is gone already.
    ~Session() { ::unlink(path.c_str()); }

    std::mutex in_use;
    const std::string repository;
    const std::string user;
    const std::filesystem::path path;
    codec::Hasher hasher{oci::DigestAlgorithm::sha256};
    /// Written by who holds `in_use`; read by anybody.
    std::atomic<std::uint64_t> received = 0;
    std::uint64_t flushed = 0;
    /// Likewise.
    std::atomic<std::chrono::steady_clock::time_point> last_used;
};

namespace {

constexpr std::size_t upload_piece = 256 * 1024;
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
    std::vector<std::byte> buffer(upload_piece);
    for (std::uint64_t at = 0; at < size;) {
        const auto got = ::pread(file, buffer.data(), buffer.size(), static_cast<off_t>(at));
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) throw system_error("reading an upload", got < 0 ? errno : EIO);
        hasher.update(std::span(buffer).first(static_cast<std::size_t>(got)));
        at += static_cast<std::uint64_t>(got);
    }
    return hasher.digest();
}

/// Open for as long as one request needs it, at the end of what was received: a write that failed
/// half way, as on a full disk, has left bytes behind that.
template <class Session>
UniqueFd open_at_end(const Session& session) {
    UniqueFd file = open_file(session.path, O_RDWR | O_NOFOLLOW);
    const auto end = static_cast<off_t>(session.received.load());
    if (::lseek(file.get(), end, SEEK_SET) != end || ::ftruncate(file.get(), end) != 0)
        throw system_error("going on with an upload", errno);
    return file;
}

template <class Counts>
void count_one_less(Counts& counts, const std::string& name) {
    const auto found = counts.find(name);
    if (--found->second == 0) counts.erase(found);
}

Error too_many(std::string message) {
    return Error(ErrorCode::too_many_requests, std::move(message))
        .set_hint("uploads that were begun and left are forgotten after storage.upload_idle")
        .set_retry_after(10);
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

void Uploads::require_place(const Sessions& sessions, const Session& session) const {
    const auto& [all, users, repositories] = sessions;
    if (all.size() >= limits_.sessions)
        throw too_many(fmt::format("{} uploads are open, which is the limit", all.size()));
    const auto of = [](const auto& counts, const std::string& name) {
        const auto found = counts.find(name);
        return found == counts.end() ? 0 : found->second;
    };
    if (of(users, session.user) >= limits_.sessions_each) {
        throw too_many(fmt::format("user {} has {} uploads open, which is the limit",
                                   berth::quoted(session.user), limits_.sessions_each));
    }
    if (of(repositories, session.repository) >= limits_.sessions_each) {
        throw too_many(fmt::format("repository {} has {} uploads open, which is the limit",
                                   session.repository, limits_.sessions_each));
    }
}

Uploads::Held Uploads::take(Sessions& sessions, Map<Held>::iterator each) {
    Held taken = std::move(each->second);
    sessions.by_id.erase(each);
    count_one_less(sessions.of_user, taken->user);
    count_one_less(sessions.of_repository, taken->repository);
    return taken;
}

std::string Uploads::begin(std::string_view repository, std::string_view user) {
    auto id = random_hex_16() + random_hex_16();
    const auto path = directory_ / id;
    auto session = std::make_shared<Session>(repository, user, path);
    session->last_used = clock_.now();
    sessions_.with([&](Sessions& sessions) { require_place(sessions, *session); });
    open_file(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, 0644);
    sessions_.with([&](Sessions& sessions) {
        require_place(sessions, *session);
        ++sessions.of_user[session->user];
        ++sessions.of_repository[session->repository];
        sessions.by_id.emplace(id, std::move(session));
    });
    return id;
}

Uploads::Held Uploads::hold(std::string_view repository, std::string_view id) {
    auto held = sessions_.with([&](const Sessions& sessions) {
        const auto found = sessions.by_id.find(id);
        return found == sessions.by_id.end() ? Held() : found->second;
    });
    if (!held || held->repository != repository) throw unknown_upload();
    return held;
}

void Uploads::forget(std::string_view id) {
    const Held held = sessions_.with([&](Sessions& sessions) {
        const auto found = sessions.by_id.find(id);
        return found == sessions.by_id.end() ? Held() : take(sessions, found);
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
    const UniqueFd file = open_at_end(*session);
    std::vector<std::byte> buffer(upload_piece);
    std::uint64_t taken = 0;
    while (const auto size = content.read(buffer)) {
        if (session->received + size > limits_.blob_bytes) check_size(*session, size);
        const auto bytes = std::span(std::as_const(buffer)).first(size);
        write_all(file.get(), bytes, "an upload");
        session->hasher.update(bytes);
        session->received += size;
        taken += size;
        if (session->received - session->flushed >= flush_step) {
            ::sync_file_range(file.get(), static_cast<off_t>(session->flushed),
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
    const UniqueFd file = open_at_end(*session);
    forget(id);
    const auto actual = digest.algorithm() == oci::DigestAlgorithm::sha256
                            ? session->hasher.digest()
                            : hash_again(file.get(), session->received, digest.algorithm());
    if (actual != digest) {
        throw Error(ErrorCode::digest_invalid,
                    fmt::format("the {} bytes received have the digest {}, not {}",
                                session->received.load(), actual.text(), digest.text()));
    }
    publish({file.get(), session->path, session->received});
}

void Uploads::cancel(std::string_view repository, std::string_view id) {
    const auto session = hold(repository, id);
    const auto lock = use_alone(session->in_use);
    forget(id);
}

std::size_t Uploads::expire() {
    std::vector<Held> idle;
    sessions_.with([&](Sessions& sessions) {
        for (auto next = sessions.by_id.begin(); next != sessions.by_id.end();) {
            const auto each = next++;
            const auto is_idle = [&] {
                return clock_.now() - each->second->last_used.load() > limits_.idle;
            };
            // Not even for a moment is one in use that somebody may be about to write to.
            if (!is_idle()) continue;
            // Who writes to it may be at it for longer than that.
            const std::unique_lock lock(each->second->in_use, std::try_to_lock);
            if (!lock.owns_lock() || !is_idle()) continue;
            idle.push_back(each->second); // held until its lock is given back
            take(sessions, each);
        }
    });
    return idle.size();
}

} // namespace berth::hosting
