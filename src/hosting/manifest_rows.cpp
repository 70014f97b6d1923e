#include "base/json.hpp"
#include "base/text.hpp"
#include "codec/hasher.hpp"
#include "hosting/index_rows.hpp"
#include "oci/annotations.hpp"

#include <fmt/format.h>
#include <boost/json/object.hpp>

namespace berth::hosting::rows {

namespace {

/// A page of referrers ends here too: annotations may be as long as a manifest.
constexpr std::size_t page_bytes = 4 * 1024 * 1024;

oci::Annotations read_annotations(const std::string& text) {
    if (text == "{}") return {};
    oci::Annotations annotations;
    const auto document = json::parse(text).value();
    for (const auto& [key, value] : document.as_object())
        annotations.emplace(key, std::string(value.as_string()));
    return annotations;
}

Error missing(const oci::Descriptor& child, std::string_view what) {
    return {ErrorCode::manifest_blob_unknown,
            fmt::format("the {} {} that this manifest lists is not in the repository", what,
                        child.digest.text())};
}

/// Checks that a listed blob is shown here and counts its new use.
void use_blob(db::Connection& connection, std::int64_t repository, const NewManifest& manifest,
              const oci::Descriptor& blob) {
    auto found = connection.prepare(
        "SELECT blobs.id, blobs.size FROM blobs JOIN links ON links.blob = blobs.id "
        "WHERE blobs.digest = $1 AND links.repository = $2 AND blobs.damaged_at IS NULL",
        blob.digest.text(), repository);
    if (!found.next()) throw missing(blob, "blob");
    const auto id = found.integer(0);
    const auto size = static_cast<std::uint64_t>(found.integer(1));
    if (size != blob.size) {
        throw Error(ErrorCode::manifest_invalid,
                    fmt::format("the blob {} has {} bytes, the manifest says {}",
                                blob.digest.text(), size, blob.size));
    }
    const auto added = connection.run(
        "INSERT INTO uses (repository, manifest, blob) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
        repository, manifest.digest.text(), id);
    if (added == 0) return; // the manifest lists it twice
    connection.run(
        "UPDATE links SET uses = uses + 1, unused_since = NULL "
        "WHERE repository = $1 AND blob = $2",
        repository, id);
}

bool has_manifest(db::Connection& connection, std::int64_t repository, const oci::Digest& digest) {
    return connection
        .prepare("SELECT 1 FROM manifests WHERE repository = $1 AND digest = $2", repository,
                 digest.text())
        .next();
}

std::optional<std::uint64_t> manifest_size(db::Connection& connection, std::int64_t repository,
                                           const oci::Digest& digest) {
    auto found = connection.prepare(
        "SELECT length(bytes) FROM manifests WHERE repository = $1 AND digest = $2", repository,
        digest.text());
    if (!found.next()) return std::nullopt;
    return static_cast<std::uint64_t>(found.integer(0));
}

/// Whether a blob that the manifest, or one below it, lists was set aside.
bool lists_damaged(db::Connection& connection, std::int64_t repository, std::string_view digest) {
    if (!connection.prepare("SELECT 1 FROM blobs WHERE damaged_at IS NOT NULL LIMIT 1").next())
        return false;
    return connection
        .prepare(
            "WITH RECURSIVE below (digest) AS (SELECT $2 UNION SELECT children.child FROM below "
            "CROSS JOIN children WHERE children.repository = $1 AND children.parent = below.digest)"
            "SELECT 1 FROM below CROSS JOIN uses CROSS JOIN blobs "
            "WHERE uses.repository = $1 AND uses.manifest = below.digest "
            "AND blobs.id = uses.blob AND blobs.damaged_at IS NOT NULL LIMIT 1",
            repository, digest)
        .next();
}

/// One row, or none: digest, media type, bytes, the repository's id, size.
db::Statement find_row(db::Connection& connection, std::string_view repository,
                       std::string_view tag_or_digest) {
    constexpr std::string_view by_digest =
        "SELECT manifests.digest, media_type, bytes, repositories.id, length(bytes) "
        "FROM repositories CROSS JOIN manifests "
        "WHERE repositories.name = $1 AND manifests.repository = repositories.id "
        "AND manifests.digest = $2";
    constexpr std::string_view by_tag =
        "SELECT manifests.digest, media_type, bytes, repositories.id, length(bytes) "
        "FROM repositories CROSS JOIN tags CROSS JOIN manifests "
        "WHERE repositories.name = $1 AND tags.repository = repositories.id AND tags.name = $2 "
        "AND manifests.repository = repositories.id AND manifests.digest = tags.digest";
    // A tag cannot hold a colon, a digest must.
    const bool is_digest = tag_or_digest.find(':') != std::string_view::npos;
    return connection.prepare(is_digest ? by_digest : by_tag, repository, tag_or_digest);
}

StoredManifest read_manifest(db::Connection& connection, db::Statement& row) {
    StoredManifest manifest{digest_of(row.text(0)), row.text(1), row.bytes(2)};
    manifest.whole =
        codec::digest_of(manifest.bytes, manifest.digest.algorithm()) == manifest.digest &&
        !lists_damaged(connection, row.integer(3), row.text(0));
    return manifest;
}

} // namespace

std::optional<StoredManifest> find_manifest(db::Connection& connection, std::string_view repository,
                                            std::string_view tag_or_digest) {
    auto found = find_row(connection, repository, tag_or_digest);
    if (!found.next()) return std::nullopt;
    return read_manifest(connection, found);
}

std::optional<oci::Descriptor> resolve_manifest(db::Connection& connection,
                                                std::string_view repository,
                                                std::string_view tag_or_digest) {
    auto found = find_row(connection, repository, tag_or_digest);
    if (!found.next()) return std::nullopt;
    return oci::Descriptor{.media_type = found.text(1),
                           .digest = digest_of(found.text(0)),
                           .size = static_cast<std::uint64_t>(found.integer(4))};
}

bool store_manifest(db::Connection& connection, std::int64_t repository,
                    const NewManifest& manifest, std::int64_t now) {
    for (const auto& child : manifest.manifests) {
        if (!has_manifest(connection, repository, child.digest)) throw missing(child, "manifest");
    }
    const std::optional<std::string> subject =
        manifest.subject ? std::optional(manifest.subject->text()) : std::nullopt;
    const bool is_new = !has_manifest(connection, repository, manifest.digest);
    connection.run(
        "INSERT INTO manifests (repository, digest, media_type, artifact_type, annotations, "
        "subject, pushed_at, bytes, config_type) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) "
        "ON CONFLICT (repository, digest) DO UPDATE SET media_type = $3, pushed_at = $7, "
        "bytes = $8, config_type = $9",
        repository, manifest.digest.text(), manifest.media_type, manifest.artifact_type,
        json::write(oci::write_annotations(manifest.annotations)), subject, now,
        as_bytes(manifest.bytes), manifest.config_type);
    if (is_new) {
        connection.run("UPDATE repositories SET manifests = manifests + 1 WHERE id = $1",
                       repository);
    }
    // Also for a manifest that is there: pushing it again mends a repository whose blobs were
    // deleted one by one and pushed anew.
    for (const auto& blob : manifest.blobs) use_blob(connection, repository, manifest, blob);
    for (const auto& child : manifest.manifests) {
        connection.run(
            "INSERT INTO children (repository, parent, child) VALUES ($1, $2, $3) "
            "ON CONFLICT DO NOTHING",
            repository, manifest.digest.text(), child.digest.text());
    }
    return is_new;
}

std::optional<std::uint64_t> remove_manifest(db::Connection& connection, std::int64_t repository,
                                             const oci::Digest& digest, std::int64_t now) {
    const auto size = manifest_size(connection, repository, digest);
    if (!size) return std::nullopt;
    connection.run("DELETE FROM manifests WHERE repository = $1 AND digest = $2", repository,
                   digest.text());
    connection.run("UPDATE repositories SET manifests = manifests - 1 WHERE id = $1", repository);
    connection.run("DELETE FROM tags WHERE repository = $1 AND digest = $2", repository,
                   digest.text());
    connection.run(
        "UPDATE links SET uses = uses - 1, unused_since = CASE WHEN uses = 1 THEN $1 ELSE NULL END "
        "WHERE repository = $2 AND uses > 0 AND blob IN "
        "(SELECT blob FROM uses WHERE repository = $2 AND manifest = $3)",
        now, repository, digest.text());
    // Rows that were kept for this manifest's sake alone, see drop_idle_blobs().
    connection.run(
        "UPDATE blobs SET unused_since = $1 WHERE links = 0 AND unused_since IS NULL "
        "AND id IN (SELECT blob FROM uses WHERE repository = $2 AND manifest = $3)",
        now, repository, digest.text());
    connection.run("DELETE FROM uses WHERE repository = $1 AND manifest = $2", repository,
                   digest.text());
    connection.run("DELETE FROM children WHERE repository = $1 AND parent = $2", repository,
                   digest.text());
    return size;
}

Referrers find_referrers(db::Connection& connection, std::int64_t repository,
                         const oci::Digest& subject, std::string_view artifact_type,
                         std::string_view after, std::size_t limit) {
    auto found = connection.prepare(
        "SELECT digest, media_type, artifact_type, annotations, length(bytes) FROM manifests "
        "WHERE repository = $1 AND subject = $2 AND digest > $3 AND ($4 = '' OR artifact_type = $4)"
        " ORDER BY digest LIMIT $5",
        repository, subject.text(), after, artifact_type, static_cast<std::int64_t>(limit) + 1);
    Referrers answer;
    std::size_t bytes = 0;
    while (found.next()) {
        if (answer.manifests.size() == limit || bytes >= page_bytes) {
            answer.next = answer.manifests.back().digest.text();
            break;
        }
        answer.manifests.push_back(
            oci::Descriptor{.media_type = found.text(1),
                            .digest = digest_of(found.text(0)),
                            .size = static_cast<std::uint64_t>(found.integer(4)),
                            .annotations = read_annotations(found.text(3)),
                            .artifact_type = found.text(2)});
        bytes += found.text(3).size();
    }
    return answer;
}

} // namespace berth::hosting::rows
