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

std::optional<std::uint64_t> linked_size(db::Connection& connection, std::string_view repository,
                                         const oci::Digest& digest);
/// REQUIRES: the blob's row is there. A link that is there already counts as new: its grace time
/// starts again.
void link(db::Connection& connection, std::int64_t repository, const oci::Digest& digest,
          std::int64_t now);
bool unlink(db::Connection& connection, std::int64_t repository, const oci::Digest& digest,
            std::int64_t now);
std::uint64_t drop_idle_links(db::Connection& connection, std::int64_t before, std::int64_t most,
                              std::int64_t now);

std::optional<StoredManifest> find_manifest(db::Connection& connection, std::string_view repository,
                                            std::string_view tag_or_digest);
void store_manifest(db::Connection& connection, std::int64_t repository,
                    const NewManifest& manifest, std::int64_t now);
bool remove_manifest(db::Connection& connection, std::int64_t repository, const oci::Digest& digest,
                     std::int64_t now);
void set_tag(db::Connection& connection, std::int64_t repository, std::string_view tag,
             const oci::Digest& digest, const TagRights& rights, std::int64_t now);
Referrers find_referrers(db::Connection& connection, std::int64_t repository,
                         const oci::Digest& subject, std::string_view artifact_type,
                         std::string_view after, std::size_t limit);

} // namespace berth::hosting::rows
