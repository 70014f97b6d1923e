// HostedRegistry: the registry that `berth serve` offers.
//
//   DIR/blobs/<algorithm>/<2 hex>/<hex>   content, each digest once
//   DIR/uploads/                          sessions that are open
//   DIR/damaged/                          bytes that a scrub set aside; never removed by us
//   DIR/registry.sqlite                   the index
//   DIR/lock                              held by the one process that serves DIR
//
// What was answered with success survives a power cut: a blob is written, compared, fsynced and
// renamed, its directory fsynced, and only then shown by a row; a manifest is one transaction.
#pragma once

#include "base/synchronized.hpp"
#include "hosting/index.hpp"
#include "hosting/retention.hpp"
#include "hosting/scrub.hpp"
#include "hosting/uploads.hpp"
#include "store/blob_directory.hpp"

#include <array>
#include <filesystem>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace berth::hosting {

struct HostingOptions {
    std::filesystem::path directory;
    UploadLimits uploads = {};
    std::uint64_t manifest_bytes = 8 * 1024 * 1024;
    /// How long unused content is kept, so that a push in progress does not lose its blobs.
    std::chrono::seconds grace = std::chrono::hours(24);
    Policy policy = {};
};

/// What became of a manifest that was put.
struct PutManifest {
    oci::Digest digest;
    std::optional<oci::Digest> subject;
};

/// Any thread. Errors: the specification's codes, no_space, corrupt.
class HostedRegistry {
public:
    /// Errors: conflict if another process serves the directory; usage for a policy that cannot be
    /// read.
    HostedRegistry(HostingOptions options, Clock& clock);

    Index& index() { return index_; }
    Uploads& uploads() { return uploads_; }
    const HostingOptions& options() const { return options_; }

    /// Opens a blob that the repository shows. Nothing if it does not. One whose bytes were set
    /// aside as damaged is Error blob_unknown, so that clients push it again; one whose file does
    /// not fit what the index says is corrupt.
    std::optional<store::OpenedBlob> open_blob(std::string_view repository,
                                               const oci::Digest& digest);
    /// Ends an upload: its bytes become a blob of the repository.
    void finish_upload(std::string_view repository, std::string_view upload,
                       const oci::Digest& digest, const Allow& allow = {});

    /// Stores a manifest. `media_type` is what it was sent as, "" if that was not said;
    /// `expected`: the digest it was put by, compared with its bytes. Errors: manifest_invalid,
    /// manifest_blob_unknown, digest_invalid, size_invalid, denied.
    PutManifest put_manifest(std::string_view repository, std::string bytes,
                             std::string_view media_type,
                             const std::optional<oci::Digest>& expected,
                             const std::vector<std::string>& tags, const Allow& allow = {});

    /// Error denied if a blob of `bytes` cannot come, so that it need not be sent: see
    /// Index::require_room().
    void require_room(std::string_view repository, std::uint64_t bytes,
                      const std::optional<oci::Digest>& digest) {
        index_.require_room(repository, bytes, digest);
    }

    /// One small step of garbage collection and of forgetting idle uploads. Returns how many
    /// links and blobs went; 0 when there is nothing to do now.
    std::size_t collect_some();
    /// One small step of the retention run that is under way, or of a new one. The step that is
    /// `done` ends the run.
    RetentionStep retain_some();
    /// One small step of the scrub that is under way, also before a restart, or of a new one. The
    /// caller paces it by the bytes that the step read.
    ScrubStep scrub_some();
    /// Whether a scrub is under way, or the last one ended longer ago than `every`.
    bool scrub_due(std::chrono::seconds every);
    /// The next step of a scrub begins from the start.
    void restart_scrub();

private:
    std::mutex& lock_of(const oci::Digest& digest);
    void keep(std::string_view repository, const oci::Digest& digest);
    bool is_stored(const oci::Digest& digest, std::uint64_t size);
    /// REQUIRES: the blob's lock is held.
    void remove_unlinked(const oci::Digest& digest);
    ScrubParts scrub_parts();

    HostingOptions options_;
    UniqueFd lock_;
    store::BlobDirectory blobs_;
    Index index_;
    Uploads uploads_;
    // A blob's file and row change together under one of these; never held for more than one blob.
    std::array<std::mutex, 256> blob_locks_;
    /// Dropped blobs whose files are gone; the next step of collection forgets them.
    Synchronized<std::vector<oci::Digest>> removed_;
    Synchronized<std::optional<Retention>> retention_;
    Synchronized<std::optional<Scrub>> scrub_;
};

} // namespace berth::hosting
