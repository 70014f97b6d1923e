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

std::optional<std::uint64_t> linked_size(db::Connection& connection, std::string_view repository,
                                         const oci::Digest& digest) {
    auto found = connection.prepare(
        "SELECT blobs.size FROM repositories CROSS JOIN blobs CROSS JOIN links "
        "WHERE repositories.name = $1 AND blobs.digest = $2 "
        "AND links.repository = repositories.id AND links.blob = blobs.id",
        repository, digest.text());
    if (!found.next()) return std::nullopt;
    return static_cast<std::uint64_t>(found.integer(0));
}

void link(db::Connection& connection, std::int64_t repository, const oci::Digest& digest,
          std::int64_t now) {
    // Manifests may use the blob already: it was deleted under them and is pushed again.
    const auto added = connection.run(
        "INSERT INTO links (repository, blob, uses, unused_since) "
        "SELECT $1, id, used, CASE WHEN used = 0 THEN $2 ELSE NULL END FROM "
        "(SELECT id, (SELECT count(*) FROM uses WHERE repository = $1 AND blob = blobs.id) AS used "
        "FROM blobs WHERE digest = $3) WHERE true ON CONFLICT DO NOTHING",
        repository, now, digest.text());
    if (added == 1) {
        connection.run("UPDATE blobs SET links = links + 1, unused_since = NULL WHERE digest = $1",
                       digest.text());
    } else {
        connection.run(
            "UPDATE links SET unused_since = $1 WHERE repository = $2 AND uses = 0 "
            "AND blob = (SELECT id FROM blobs WHERE digest = $3)",
            now, repository, digest.text());
    }
}

namespace {

void count_one_link_less(db::Connection& connection, std::int64_t blob, std::int64_t now) {
    connection.run(
        "UPDATE blobs SET links = links - 1, "
        "unused_since = CASE WHEN links = 1 THEN $1 ELSE NULL END WHERE id = $2",
        now, blob);
}

} // namespace

bool unlink(db::Connection& connection, std::int64_t repository, const oci::Digest& digest,
            std::int64_t now) {
    auto found = connection.prepare("SELECT id FROM blobs WHERE digest = $1", digest.text());
    if (!found.next()) return false;
    const auto blob = found.integer(0);
    if (connection.run("DELETE FROM links WHERE repository = $1 AND blob = $2", repository, blob) ==
        0)
        return false;
    count_one_link_less(connection, blob, now);
    return true;
}

std::uint64_t drop_idle_links(db::Connection& connection, std::int64_t before, std::int64_t most,
                              std::int64_t now) {
    std::vector<std::pair<std::int64_t, std::int64_t>> idle;
    auto found = connection.prepare(
        "SELECT repository, blob FROM links WHERE unused_since IS NOT NULL AND unused_since <= $1 "
        "ORDER BY unused_since LIMIT $2",
        before, most);
    while (found.next()) idle.emplace_back(found.integer(0), found.integer(1));
    for (const auto& [repository, blob] : idle) {
        connection.run("DELETE FROM links WHERE repository = $1 AND blob = $2", repository, blob);
        count_one_link_less(connection, blob, now);
    }
    return idle.size();
}

} // namespace berth::hosting::rows
