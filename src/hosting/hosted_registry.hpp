// HostedRegistry: the registry that `berth serve` offers.
//
//   DIR/blobs/<algorithm>/<2 hex>/<hex>   content, each digest once
//   DIR/uploads/                          sessions that are open
//   DIR/registry.sqlite                   the index
//   DIR/lock                              held by the one process that serves DIR
//
// What was answered with success survives a power cut: a blob is written, compared, fsynced and
// renamed, its directory fsynced, and only then shown by a row; a manifest is one transaction.
#pragma once

#include "hosting/index.hpp"
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
};

/// What became of a manifest that was put.
struct PutManifest {
    oci::Digest digest;
    std::optional<oci::Digest> subject;
};

/// Any thread. Errors: the specification's codes, no_space, corrupt.
class HostedRegistry {
public:
    /// Errors: conflict if another process serves the directory.
    HostedRegistry(HostingOptions options, Clock& clock);

    Index& index() { return index_; }
    Uploads& uploads() { return uploads_; }
    const HostingOptions& options() const { return options_; }

    /// Opens a blob that the repository shows. Nothing if it does not.
    std::optional<store::OpenedBlob> open_blob(std::string_view repository,
                                               const oci::Digest& digest);
    /// Ends an upload: its bytes become a blob of the repository.
    void finish_upload(std::string_view repository, std::string_view upload,
                       const oci::Digest& digest);

    /// Stores a manifest. `media_type` is what it was sent as, "" if that was not said;
    /// `expected`: the digest it was put by, compared with its bytes. Errors: manifest_invalid,
    /// manifest_blob_unknown, digest_invalid, size_invalid, denied.
    PutManifest put_manifest(std::string_view repository, std::string bytes,
                             std::string_view media_type,
                             const std::optional<oci::Digest>& expected,
                             const std::vector<std::string>& tags, const TagRights& rights);

    /// One small step of garbage collection and of forgetting idle uploads. Returns how many
    /// links and blobs went; 0 when there is nothing to do now.
    std::size_t collect_some();

private:
    std::mutex& lock_of(const oci::Digest& digest);

    HostingOptions options_;
    UniqueFd lock_;
    store::BlobDirectory blobs_;
    Index index_;
    Uploads uploads_;
    // A blob's file and row change together under one of these; never held for more than one blob.
    std::array<std::mutex, 256> blob_locks_;
};

} // namespace berth::hosting
