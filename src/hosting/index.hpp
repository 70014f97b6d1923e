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
#include "hosting/index_database.hpp"
#include "hosting/policy_rules.hpp"
#include "hosting/quotas.hpp"
#include "oci/manifest.hpp"
#include "registry/repository.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace berth::hosting {

struct StoredManifest {
    oci::Digest digest;
    std::string media_type;
    std::string bytes;
    /// False if a push is due: its bytes are not those of its digest, or bytes of a blob that it or
    /// a manifest below it lists were set aside as damaged.
    bool whole = true;
};

/// The last word on whether a change is allowed, said inside the transaction that makes it: what it
/// throws leaves everything as it was. Empty: allowed.
using Allow = std::function<void()>;

/// A manifest as it is to be stored. `parsed` facts come from its bytes.
struct NewManifest {
    oci::Digest digest;
    std::string media_type;
    std::string bytes;
    std::string config_type = {};           ///< media type of its config; "" of an index
    std::vector<oci::Descriptor> blobs;     ///< config and layers that must be present
    std::vector<oci::Descriptor> manifests; ///< children of an index that must be present
    std::optional<oci::Digest> subject = {};
    std::string artifact_type = {};
    oci::Annotations annotations = {};
};

/// A tag and when it was pushed last, in seconds of the wall clock.
struct TagAge {
    std::string tag;
    std::int64_t pushed;
};

/// One row of a referrers answer.
struct Referrers {
    std::vector<oci::Descriptor> manifests;
    std::optional<std::string> next; ///< digest to continue after
};

/// A blob as one repository shows it.
struct ShownBlob {
    std::uint64_t size = 0;
    bool damaged = false; ///< its bytes were set aside; a push of the same digest mends it
    /// How long no manifest of the repository has used it; nothing while one does.
    std::optional<std::chrono::seconds> unused_for = {};
};

struct BlobTotals {
    std::uint64_t blobs = 0;
    std::uint64_t bytes = 0;
};

/// Space that nobody needs any more, see collect().
struct Collected {
    std::uint64_t links = 0;
    std::uint64_t blobs = 0;
    std::vector<oci::Digest> dropped; ///< whose files shall go
};

/// A policy, read and tracked. Does not change.
struct Ruling {
    explicit Ruling(const Policy& wanted) : policy(wanted), rules(wanted), quotas(wanted.quotas) {}
    Policy policy;
    PolicyRules rules;
    Quotas quotas;
};

/// Any thread. Errors of all members: corrupt, no_space, timeout and internal from the database,
/// besides what each says. What a quota or an immutable tag does not allow is denied.
/// Which repositories a list is of.
struct RepositoryFilter {
    /// They hold a manifest whose config has one of these media types; empty: whatever they hold.
    std::span<const std::string_view> config_types = {};
    /// Their name has this part, in lower case as names are; "": whatever their name.
    std::string name_part = {};
};

class Index {
public:
    using Mode = IndexDatabase::Mode;
    /// Errors: as IndexDatabase's and PolicyRules'. With Mode::reading only what reads is allowed.
    Index(const std::filesystem::path& file, Clock& clock, const Policy& policy = {},
          Mode mode = Mode::serving);

    bool has_repository(std::string_view repository);
    /// Repositories that hold a manifest, in byte order.
    registry::Page repositories(std::string_view after, std::size_t limit);
    /// Those of them that `filter` wants.
    registry::Page repositories(const RepositoryFilter& filter, std::string_view after,
                                std::size_t limit);

    /// A blob that `repository` shows.
    std::optional<ShownBlob> blob(std::string_view repository, const oci::Digest& digest);
    /// Starts the grace time of a link that no manifest uses again, for a push that found the blob
    /// here and will name it soon.
    void touch_blob(std::string_view repository, const oci::Digest& digest);
    /// Shows a blob in a repository; both come into being if need be. Damage that the blob had is
    /// mended. Errors: those of `allow`.
    void link_blob(std::string_view repository, const oci::Digest& digest, std::uint64_t size,
                   const Allow& allow = {});
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
    /// What it is, for those who may know it already: its bytes are neither read nor checked.
    std::optional<oci::Descriptor> resolve(std::string_view repository,
                                           std::string_view tag_or_digest);
    /// Stores a manifest and sets the tags. Errors: manifest_blob_unknown naming the digest that
    /// is missing; those of `allow`.
    void put_manifest(std::string_view repository, const NewManifest& manifest,
                      const std::vector<std::string>& tags, const Allow& allow = {});
    /// Removes a manifest and the tags that point at it; false if it was not there. Denied if an
    /// immutable tag leads to it.
    bool remove_manifest(std::string_view repository, const oci::Digest& digest);
    bool remove_tag(std::string_view repository, std::string_view tag);

    /// In byte order. Nothing for a repository that is not there.
    std::optional<registry::Page> tags(std::string_view repository, std::string_view after,
                                       std::size_t limit);
    /// The youngest first; at most `limit`. Nothing for a repository that is not there.
    std::vector<TagAge> tags_by_age(std::string_view repository, std::size_t limit);
    Referrers referrers(std::string_view repository, const oci::Digest& subject,
                        std::string_view artifact_type, std::string_view after, std::size_t limit);

    /// Whether a blob of `bytes` can come: Error denied if no sharing can make it fit, or, if its
    /// digest is known, if it does not fit now. The last word is said when it is linked.
    void require_room(std::string_view repository, std::uint64_t bytes,
                      const std::optional<oci::Digest>& digest);
    /// What each prefix that has a quota holds, and "", the registry; in byte order. Point reads.
    std::vector<Usage> usage();
    /// What any prefix holds; computed from rows if it has no quota.
    Usage usage(std::string_view prefix);

    /// One step of garbage collection, one transaction: drops links that no manifest has used for
    /// `grace`, and rows of blobs that no repository has linked for `grace`; at most `limit` of
    /// each. `done`: what was `dropped` in an earlier step, whose files are gone.
    Collected collect(std::chrono::seconds grace, std::size_t limit,
                      const std::vector<oci::Digest>& done);
    /// Whether any repository shows the blob. While the caller holds the blob's lock the answer
    /// can only change from yes to no.
    bool is_linked(const oci::Digest& digest);

    bool is_damaged(const oci::Digest& digest);
    /// Marks the blob as damaged, or as sound; false if no repository shows it any more.
    bool set_damaged(const oci::Digest& digest, bool damaged);

    /// Sums of all blobs, each once, however many repositories show it. One point read.
    BlobTotals blob_totals();

    /// The policy from now on; changes that are under way end by the old one. The sums of a prefix
    /// that had no quota are computed first, while other changes wait. Errors: as the constructor's
    /// for the policy; then the old one stays. REQUIRES: Mode::serving.
    void set_policy(const Policy& policy);
    /// What is ruled now. Inside of a change it does not change.
    std::shared_ptr<const Ruling> ruling() const;

    /// For those who work on the rows themselves (retention, scrub).
    IndexDatabase& database() { return database_; }

private:
    void publish(std::shared_ptr<const Ruling> ruling) noexcept;

    mutable std::mutex ruling_mutex_;
    std::shared_ptr<const Ruling> ruling_;
    IndexDatabase database_;
};

} // namespace berth::hosting
