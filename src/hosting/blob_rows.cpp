#include "base/text.hpp"
#include "hosting/index_rows.hpp"

#include <fmt/format.h>

namespace berth::hosting::rows {

oci::Digest digest_of(const std::string& text) {
    auto digest = oci::Digest::parse(text);
    if (!digest) {
        throw Error(ErrorCode::corrupt,
                    fmt::format("the index holds {} where a digest belongs", berth::quoted(text)));
    }
    return *digest;
}

registry::Page read_page(db::Statement& found, std::size_t limit) {
    registry::Page page;
    while (found.next()) {
        if (page.names.size() == limit) {
            if (limit > 0) page.next = page.names.back();
            break;
        }
        page.names.push_back(found.text(0));
    }
    return page;
}

std::optional<std::int64_t> find_repository(db::Connection& connection, std::string_view name) {
    auto found = connection.prepare("SELECT id FROM repositories WHERE name = $1", name);
    if (!found.next()) return std::nullopt;
    return found.integer(0);
}

std::int64_t make_repository(db::Connection& connection, std::string_view name) {
    connection.run("INSERT INTO repositories (name) VALUES ($1) ON CONFLICT (name) DO NOTHING",
                   name);
    return *find_repository(connection, name);
}

std::optional<LinkedBlob> linked_blob(db::Connection& connection, std::string_view repository,
                                      const oci::Digest& digest) {
    auto found = connection.prepare(
        "SELECT blobs.id, blobs.size, blobs.damaged_at, links.unused_since "
        "FROM repositories CROSS JOIN blobs CROSS JOIN links "
        "WHERE repositories.name = $1 AND blobs.digest = $2 "
        "AND links.repository = repositories.id AND links.blob = blobs.id",
        repository, digest.text());
    if (!found.next()) return std::nullopt;
    LinkedBlob blob{.id = found.integer(0),
                    .size = static_cast<std::uint64_t>(found.integer(1)),
                    .damaged = !found.is_null(2),
                    .unused_since = {}};
    if (!found.is_null(3)) blob.unused_since = found.integer(3);
    return blob;
}

namespace {

std::optional<std::int64_t> find_blob(db::Connection& connection, const oci::Digest& digest) {
    auto found = connection.prepare("SELECT id FROM blobs WHERE digest = $1", digest.text());
    if (!found.next()) return std::nullopt;
    return found.integer(0);
}

void count_one_link_less(db::Connection& connection, std::int64_t blob, std::int64_t now) {
    connection.run(
        "UPDATE blobs SET links = links - 1, "
        "unused_since = CASE WHEN links = 1 THEN $1 ELSE NULL END WHERE id = $2",
        now, blob);
}

} // namespace

void make_blob(db::Connection& connection, const oci::Digest& digest, std::uint64_t size,
               std::int64_t now) {
    const auto bytes = static_cast<std::int64_t>(size);
    const auto added = connection.run(
        "INSERT INTO blobs (digest, size, unused_since) VALUES ($1, $2, $3) "
        "ON CONFLICT (digest) DO NOTHING",
        digest.text(), bytes, now);
    if (added == 1)
        connection.run("UPDATE totals SET blobs = blobs + 1, bytes = bytes + $1", bytes);
}

std::optional<std::int64_t> link(db::Connection& connection, std::int64_t repository,
                                 const oci::Digest& digest, std::int64_t now) {
    const auto blob = find_blob(connection, digest);
    if (!blob) throw Error(ErrorCode::blob_unknown, "the blob to show is not there");
    // Manifests may use the blob already: it was deleted under them and is pushed again.
    const auto added = connection.run(
        "INSERT INTO links (repository, blob, uses, unused_since) "
        "SELECT $1, $3, used, CASE WHEN used = 0 THEN $2 ELSE NULL END FROM "
        "(SELECT count(*) AS used FROM uses WHERE repository = $1 AND blob = $3) "
        "WHERE true ON CONFLICT DO NOTHING",
        repository, now, *blob);
    if (added == 1) {
        connection.run("UPDATE blobs SET links = links + 1, unused_since = NULL WHERE id = $1",
                       *blob);
        return blob;
    }
    connection.run(
        "UPDATE links SET unused_since = $1 WHERE repository = $2 AND blob = $3 "
        "AND uses = 0",
        now, repository, *blob);
    return std::nullopt;
}

std::optional<std::int64_t> unlink(db::Connection& connection, std::int64_t repository,
                                   const oci::Digest& digest, std::int64_t now) {
    const auto blob = find_blob(connection, digest);
    if (!blob) return std::nullopt;
    if (connection.run("DELETE FROM links WHERE repository = $1 AND blob = $2", repository,
                       *blob) == 0)
        return std::nullopt;
    count_one_link_less(connection, *blob, now);
    return blob;
}

std::vector<IdleLink> idle_links(db::Connection& connection, std::int64_t before,
                                 std::int64_t most) {
    std::vector<IdleLink> idle;
    auto found = connection.prepare(
        "SELECT repositories.id, repositories.name, links.blob FROM links "
        "CROSS JOIN repositories ON repositories.id = links.repository "
        "WHERE links.unused_since IS NOT NULL AND links.unused_since <= $1 "
        "ORDER BY links.unused_since LIMIT $2",
        before, most);
    while (found.next()) idle.push_back({found.integer(0), found.text(1), found.integer(2)});
    return idle;
}

void drop_link(db::Connection& connection, const IdleLink& link, std::int64_t now) {
    connection.run("DELETE FROM links WHERE repository = $1 AND blob = $2", link.repository,
                   link.blob);
    count_one_link_less(connection, link.blob, now);
}

std::uint64_t drop_idle_blobs(db::Connection& connection, std::int64_t before, std::int64_t most) {
    struct Idle {
        std::int64_t id;
        std::string digest;
        bool listed;
        std::int64_t size;
    };
    std::vector<Idle> idle;
    auto found = connection.prepare(
        "SELECT id, digest, EXISTS (SELECT 1 FROM uses WHERE uses.blob = blobs.id), size "
        "FROM blobs WHERE unused_since IS NOT NULL AND unused_since <= $1 ORDER BY unused_since "
        "LIMIT $2",
        before, most);
    while (found.next()) {
        idle.push_back({found.integer(0), found.text(1), found.integer(2) != 0, found.integer(3)});
    }
    for (const auto& blob : idle) {
        if (blob.listed) {
            connection.run("UPDATE blobs SET unused_since = NULL, damaged_at = NULL WHERE id = $1",
                           blob.id);
        } else {
            connection.run("DELETE FROM blobs WHERE id = $1", blob.id);
            connection.run("UPDATE totals SET blobs = blobs - 1, bytes = bytes - $1", blob.size);
        }
        connection.run("INSERT INTO dropped_blobs (digest) VALUES ($1) ON CONFLICT DO NOTHING",
                       blob.digest);
    }
    return idle.size();
}

std::vector<oci::Digest> dropped_blobs(db::Connection& connection, std::int64_t most) {
    std::vector<oci::Digest> dropped;
    auto found = connection.prepare("SELECT digest FROM dropped_blobs LIMIT $1", most);
    while (found.next()) dropped.push_back(digest_of(found.text(0)));
    return dropped;
}

void forget_dropped(db::Connection& connection, const oci::Digest& digest) {
    connection.run("DELETE FROM dropped_blobs WHERE digest = $1", digest.text());
}

} // namespace berth::hosting::rows
