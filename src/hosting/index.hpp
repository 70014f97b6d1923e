// Index: what the hosted registry holds, in one SQL database.
//
// Repositories, the blobs that each may show, manifests with their bytes, tags, and the links
// between them, in both directions. Each answer is a point read or a short range read, whatever the
// size of the repository. Counts that garbage collection needs (how many manifests use a blob's
// link, how many repositories link a blob) change in the transactions that change the links.
//
// A blob is visible in a repository only by that repository's own link: sharing of storage grants
// nothing.
#pragma once

#include "base/clock.hpp"
#include "db/pool.hpp"
#include "oci/manifest.hpp"
#include "registry/repository.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace berth::hosting {

struct StoredManifest {
    oci::Digest digest;
    std::string media_type;
    std::string bytes;
};

/// What the pusher of a manifest may do to tags; decided inside the transaction.
struct TagRights {
    bool create = true;
    bool move = true; ///< let an existing tag point at other content
};

/// A manifest as it is to be stored. `parsed` facts come from its bytes.
struct NewManifest {
    oci::Digest digest;
    std::string media_type;
    std::string bytes;
    std::vector<oci::Descriptor> blobs;     ///< config and layers that must be present
    std::vector<oci::Descriptor> manifests; ///< children of an index that must be present
    std::optional<oci::Digest> subject = {};
    std::string artifact_type = {};
    oci::Annotations annotations = {};
};

/// One row of a referrers answer.
struct Referrers {
    std::vector<oci::Descriptor> manifests;
    std::optional<std::string> next; ///< digest to continue after
};

/// Space that nobody needs any more, see collect().
struct Collected {
    std::uint64_t links = 0;
    std::vector<oci::Digest> blobs; ///< whose rows are gone and whose files shall go
};

/// Any thread. Errors of all members: corrupt, no_space, timeout and internal from the database,
/// besides what each says.
class Index {
public:
    Index(const std::filesystem::path& file, Clock& clock);

    bool has_repository(std::string_view repository);
    /// Repositories that hold a manifest, in byte order.
    registry::Page repositories(std::string_view after, std::size_t limit);

    /// Size of a blob that `repository` shows.
    std::optional<std::uint64_t> blob_size(std::string_view repository, const oci::Digest& digest);
    /// Shows a blob in a repository; both come into being if need be.
    void link_blob(std::string_view repository, const oci::Digest& digest, std::uint64_t size);
    /// Shows a blob of `from` in `repository`; false if `from` does not show it.
    bool mount_blob(std::string_view repository, const oci::Digest& digest, std::string_view from);
    /// The first repository accepted by `may_pull` that shows the blob, for anonymous mounts; asks
    /// at most 100.
    std::optional<std::string> find_blob(const oci::Digest& digest,
                                         const std::function<bool(std::string_view)>& may_pull);
    /// False if the repository does not show it.
    bool unlink_blob(std::string_view repository, const oci::Digest& digest);

    std::optional<StoredManifest> manifest(std::string_view repository,
                                           std::string_view tag_or_digest);
    /// Stores a manifest and sets the tags. Errors: manifest_blob_unknown naming the digest that
    /// is missing; denied for a tag that `rights` do not allow.
    void put_manifest(std::string_view repository, const NewManifest& manifest,
                      const std::vector<std::string>& tags, const TagRights& rights);
    /// Removes a manifest and the tags that point at it; false if it was not there.
    bool remove_manifest(std::string_view repository, const oci::Digest& digest);
    bool remove_tag(std::string_view repository, std::string_view tag);

    /// In byte order. Nothing for a repository that is not there.
    std::optional<registry::Page> tags(std::string_view repository, std::string_view after,
                                       std::size_t limit);
    Referrers referrers(std::string_view repository, const oci::Digest& subject,
                        std::string_view artifact_type, std::string_view after, std::size_t limit);

    /// One step of garbage collection: drops links that no manifest has used for `grace`, and rows
    /// of blobs that no repository has linked for `grace`; at most `limit` of each.
    Collected collect(std::chrono::seconds grace, std::size_t limit);
    /// Removes the row of a blob that nobody links; false if somebody does now. The caller holds
    /// the blob's lock and removes the file afterwards.
    bool remove_idle_blob(const oci::Digest& digest);

    std::uint64_t blob_count();
    std::uint64_t blob_bytes(); ///< each blob once, however many repositories show it

private:
    std::int64_t now();
    template <class Use>
    auto write(Use&& use);

    Clock& clock_;
    db::Pool pool_;
    std::mutex writer_; ///< writers queue here, fairly, instead of polling the database's lock
};

} // namespace berth::hosting
