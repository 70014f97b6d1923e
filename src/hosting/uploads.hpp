// Uploads: blobs on their way in, from the first request of a session to the last.
//
// A session is a file under DIR and its hash so far; bytes are hashed as they arrive. The file is
// open for as long as a request writes to it: a session that waits holds no descriptor. Sessions
// live in memory: after a restart a client is told that its upload is unknown and starts again, and
// what lay in DIR is removed.
#pragma once

#include "base/clock.hpp"
#include "base/source.hpp"
#include "base/synchronized.hpp"
#include "oci/digest.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace berth::hosting {

struct UploadLimits {
    std::uint64_t blob_bytes = std::uint64_t{1} << 40;
    std::size_t sessions = 10'000;
    /// Of these, how many one user may have, and how many may be in one repository: so that none
    /// keeps all others from pushing.
    std::size_t sessions_each = 1'000;
    std::chrono::seconds idle = std::chrono::hours(24); ///< then a session is forgotten
};

/// A complete upload whose digest was compared: a file that is not yet visible.
struct FinishedUpload {
    int file; ///< open while it is published
    std::filesystem::path path;
    std::uint64_t size;
};

/// Any thread. A session is one thread's at a time: a second request for it meanwhile is Error
/// conflict. An id that is not known, or belongs to another repository, is blob_upload_unknown.
class Uploads {
public:
    /// Throws if the repository cannot hold a blob of so many bytes. Asked as soon as a length is
    /// announced, and again while bytes arrive.
    using RequireRoom = std::function<void(std::string_view repository, std::uint64_t bytes)>;

    /// What an earlier process left in `directory` is removed.
    Uploads(std::filesystem::path directory, UploadLimits limits, Clock& clock,
            RequireRoom require_room = {});
    ~Uploads();

    /// A new session's id: 32 hex digits that cannot be guessed. `user` is who asks, "" for
    /// anybody. Errors: too_many_requests, with when to ask again.
    std::string begin(std::string_view repository, std::string_view user = "");
    /// How many bytes the session has received.
    std::uint64_t received(std::string_view repository, std::string_view id);

    /// Appends `content`. `start`: where the client believes that it begins; another place than
    /// the end is range_invalid, with nothing taken. `length`: what the client announced; a body
    /// of another length is size_invalid. Returns the bytes received in sum. If `content` throws,
    /// what came before stays.
    std::uint64_t append(std::string_view repository, std::string_view id, Source& content,
                         std::optional<std::uint64_t> start, std::optional<std::uint64_t> length);

    /// Compares the digest of all that was received, hands the file to `publish`, which moves it
    /// away, and ends the session. Another digest is digest_invalid and ends the session too.
    void finish(std::string_view repository, std::string_view id, const oci::Digest& digest,
                const std::function<void(const FinishedUpload&)>& publish);

    /// Ends the session and drops what it received.
    void cancel(std::string_view repository, std::string_view id);
    /// As cancel(), without a word about a session that is gone already.
    void drop(std::string_view id) { forget(id); }
    /// Forgets sessions that were idle for too long; returns how many.
    std::size_t expire();
    /// Sessions now.
    std::size_t open() {
        return sessions_.with([](const Sessions& all) { return all.by_id.size(); });
    }

private:
    struct Session;
    // Shared: a request holds its session while another one forgets it.
    using Held = std::shared_ptr<Session>;
    template <class Value>
    using Map = std::map<std::string, Value, std::less<>>;
    struct Sessions {
        Map<Held> by_id;
        Map<std::size_t> of_user; ///< how many; no zeros
        Map<std::size_t> of_repository;
    };
    void require_place(const Sessions& sessions, const Session& session) const;
    static Held take(Sessions& sessions, Map<Held>::iterator each);
    Held hold(std::string_view repository, std::string_view id);
    void forget(std::string_view id);
    void check_size(const Session& session, std::uint64_t more) const;

    std::filesystem::path directory_;
    UploadLimits limits_;
    Clock& clock_;
    RequireRoom require_room_;
    Synchronized<Sessions> sessions_;
};

} // namespace berth::hosting
