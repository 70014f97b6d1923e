// The statements behind Index, one function per step of a transaction. Not for other folders.
#pragma once

#include "hosting/index.hpp"

namespace berth::hosting::rows {

/// A digest that this program wrote into the database; anything else is Error corrupt.
oci::Digest digest_of(const std::string& text);
/// The first column as names; one row more than `limit` means that there is a next page.
registry::Page read_page(db::Statement& found, std::size_t limit);

std::optional<std::int64_t> find_repository(db::Connection& connection, std::string_view name);
std::int64_t make_repository(db::Connection& connection, std::string_view name);

/// A blob as one repository shows it.
struct LinkedBlob {
    std::int64_t id;
    std::uint64_t size;
    bool damaged;                             ///< its bytes were set aside, see Scrub
    std::optional<std::int64_t> unused_since; ///< no manifest of the repository uses it
};
std::optional<LinkedBlob> linked_blob(db::Connection& connection, std::string_view repository,
                                      const oci::Digest& digest);
/// Does nothing if the blob's row is there.
void make_blob(db::Connection& connection, const oci::Digest& digest, std::uint64_t size,
               std::int64_t now);
/// REQUIRES: the blob's row is there. Its id if the link is new. A link that is there already
/// counts as new for garbage collection: its grace time starts again.
std::optional<std::int64_t> link(db::Connection& connection, std::int64_t repository,
                                 const oci::Digest& digest, std::int64_t now);
/// The blob's id; nothing if it was not linked.
std::optional<std::int64_t> unlink(db::Connection& connection, std::int64_t repository,
                                   const oci::Digest& digest, std::int64_t now);

struct IdleLink {
    std::int64_t repository;
    std::string name; ///< of the repository
    std::int64_t blob;
};
/// At most `most` links that no manifest has used since `before`.
std::vector<IdleLink> idle_links(db::Connection& connection, std::int64_t before,
                                 std::int64_t most);
void drop_link(db::Connection& connection, const IdleLink& link, std::int64_t now);
/// Drops the rows of at most `most` blobs that nobody has linked since `before`, and notes their
/// digests. A blob that manifests still list keeps its row, so that it is theirs when it comes
/// again.
std::uint64_t drop_idle_blobs(db::Connection& connection, std::int64_t before, std::int64_t most);
/// Digests noted by drop_idle_blobs() whose files may be there still.
std::vector<oci::Digest> dropped_blobs(db::Connection& connection, std::int64_t most);
void forget_dropped(db::Connection& connection, const oci::Digest& digest);

std::optional<StoredManifest> find_manifest(db::Connection& connection, std::string_view repository,
                                            std::string_view tag_or_digest);
/// What it is, unread.
std::optional<oci::Descriptor> resolve_manifest(db::Connection& connection,
                                                std::string_view repository,
                                                std::string_view tag_or_digest);
/// Whether it was not there before.
bool store_manifest(db::Connection& connection, std::int64_t repository,
                    const NewManifest& manifest, std::int64_t now);
/// Its length; nothing if it was not there.
std::optional<std::uint64_t> remove_manifest(db::Connection& connection, std::int64_t repository,
                                             const oci::Digest& digest, std::int64_t now);
/// Error denied if the tag exists with other content and `immutable`.
void set_tag(db::Connection& connection, std::int64_t repository, std::string_view tag,
             const oci::Digest& digest, bool immutable, std::int64_t now);
/// False if it was not there. Its manifest's grace time starts again.
bool remove_tag(db::Connection& connection, std::int64_t repository, std::string_view tag,
                std::int64_t now);
Referrers find_referrers(db::Connection& connection, std::int64_t repository,
                         const oci::Digest& subject, std::string_view artifact_type,
                         std::string_view after, std::size_t limit);

} // namespace berth::hosting::rows
