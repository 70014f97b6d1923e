#include "hosting/index.hpp"

#include "base/json.hpp"
#include "hosting/immutable.hpp"
#include "hosting/index_rows.hpp"

#include <fmt/format.h>

namespace berth::hosting {

Index::Index(const std::filesystem::path& file, Clock& clock, const Policy& policy, Mode mode)
    : database_(file, clock, mode) {
    const auto ruling = std::make_shared<Ruling>(policy);
    if (mode == Mode::reading) {
        database_.read([&](db::Connection& connection) {
            ruling->quotas.load(connection);
            return true;
        });
    } else {
        database_.write([&](db::Connection& connection) {
            ruling->quotas.track(connection);
            return true;
        });
    }
    publish(ruling);
}

void Index::set_policy(const Policy& policy) {
    const auto ruling = std::make_shared<Ruling>(policy);
    database_.write_alone([&](db::Connection& connection) { ruling->quotas.track(connection); },
                          [&] { publish(ruling); });
}

std::shared_ptr<const Ruling> Index::ruling() const {
    const std::lock_guard lock(ruling_mutex_);
    return ruling_;
}

void Index::publish(std::shared_ptr<const Ruling> ruling) noexcept {
    const std::lock_guard lock(ruling_mutex_);
    ruling_.swap(ruling);
}

bool Index::has_repository(std::string_view repository) {
    return database_.read([&](db::Connection& connection) {
        return rows::find_repository(connection, repository).has_value();
    });
}

registry::Page Index::repositories(std::string_view after, std::size_t limit) {
    return database_.read([&](db::Connection& connection) {
        auto found = connection.prepare(
            "SELECT name FROM repositories WHERE manifests > 0 AND name > $1 "
            "ORDER BY name LIMIT $2",
            after, static_cast<std::int64_t>(limit) + 1);
        return rows::read_page(found, limit);
    });
}

registry::Page Index::repositories(const RepositoryFilter& filter, std::string_view after,
                                   std::size_t limit) {
    json::Array types;
    for (const std::string_view type : filter.config_types) types.push_back(json::Value(type));
    return database_.read([&](db::Connection& connection) {
        auto found = connection.prepare(
            "SELECT name FROM repositories WHERE manifests > 0 AND name > $1 "
            "AND instr(name, $2) > 0 AND ($3 OR EXISTS "
            "(SELECT 1 FROM manifests WHERE repository = repositories.id AND config_type IN "
            "(SELECT value FROM json_each($4)))) ORDER BY name LIMIT $5",
            after, filter.name_part, types.empty() ? 1 : 0, json::write(types),
            static_cast<std::int64_t>(limit) + 1);
        return rows::read_page(found, limit);
    });
}

std::optional<ShownBlob> Index::blob(std::string_view repository, const oci::Digest& digest) {
    return database_.read([&](db::Connection& connection) -> std::optional<ShownBlob> {
        const auto row = rows::linked_blob(connection, repository, digest);
        if (!row) return std::nullopt;
        ShownBlob shown{.size = row->size, .damaged = row->damaged};
        if (row->unused_since)
            shown.unused_for = std::chrono::seconds(database_.now() - *row->unused_since);
        return shown;
    });
}

void Index::touch_blob(std::string_view repository, const oci::Digest& digest) {
    database_.write_blobs([&](db::Connection& connection) {
        const auto row = rows::linked_blob(connection, repository, digest);
        const auto id = rows::find_repository(connection, repository);
        return row && id && rows::link(connection, *id, digest, database_.now()).has_value();
    });
}

void Index::link_blob(std::string_view repository, const oci::Digest& digest, std::uint64_t size,
                      const Allow& allow) {
    database_.write_blobs([&](db::Connection& connection) {
        if (allow) allow();
        const auto now = database_.now();
        const auto id = rows::make_repository(connection, repository);
        rows::make_blob(connection, digest, size, now);
        connection.run(
            "UPDATE blobs SET damaged_at = NULL WHERE digest = $1 AND damaged_at IS NOT NULL",
            digest.text());
        if (const auto blob = rows::link(connection, id, digest, now))
            ruling()->quotas.blob_linked(connection, repository, *blob);
        return true;
    });
}

bool Index::mount_blob(std::string_view repository, const oci::Digest& digest,
                       std::string_view from) {
    return database_.write_blobs([&](db::Connection& connection) {
        const auto source = rows::linked_blob(connection, from, digest);
        if (!source || source->damaged) return false;
        const auto id = rows::make_repository(connection, repository);
        if (const auto blob = rows::link(connection, id, digest, database_.now()))
            ruling()->quotas.blob_linked(connection, repository, *blob);
        return true;
    });
}

std::optional<std::string> Index::find_blob(const oci::Digest& digest,
                                            const std::function<bool(std::string_view)>& may_pull) {
    constexpr std::int64_t most_asked = 100;
    return database_.read([&](db::Connection& connection) -> std::optional<std::string> {
        auto found = connection.prepare(
            "SELECT repositories.name FROM blobs JOIN links ON links.blob = blobs.id "
            "JOIN repositories ON repositories.id = links.repository "
            "WHERE blobs.digest = $1 AND blobs.damaged_at IS NULL LIMIT $2",
            digest.text(), most_asked);
        while (found.next()) {
            auto name = found.text(0);
            if (may_pull(name)) return name;
        }
        return std::nullopt;
    });
}

bool Index::unlink_blob(std::string_view repository, const oci::Digest& digest) {
    return database_.write_blobs([&](db::Connection& connection) {
        const auto id = rows::find_repository(connection, repository);
        if (!id) return false;
        require_mutable_blob(connection, ruling()->rules, {*id, repository}, digest.text());
        const auto blob = rows::unlink(connection, *id, digest, database_.now());
        if (blob) ruling()->quotas.blob_unlinked(connection, repository, *blob);
        return blob.has_value();
    });
}

void Index::require_room(std::string_view repository, std::uint64_t bytes,
                         const std::optional<oci::Digest>& digest) {
    const auto current = ruling();
    if (!current->quotas.bounds(repository)) return;
    database_.read([&](db::Connection& connection) {
        current->quotas.require_room(connection, repository, bytes, digest);
        return true;
    });
}

std::vector<Usage> Index::usage() {
    return database_.read([](db::Connection& connection) { return Quotas::usage(connection); });
}

Usage Index::usage(std::string_view prefix) {
    return database_.read(
        [&](db::Connection& connection) { return ruling()->quotas.usage(connection, prefix); });
}

Collected Index::collect(std::chrono::seconds grace, std::size_t limit,
                         const std::vector<oci::Digest>& done) {
    return database_.write_blobs([&](db::Connection& connection) {
        const auto before = database_.now() - grace.count();
        const auto most = static_cast<std::int64_t>(limit);
        Collected collected;
        for (const auto& digest : done) rows::forget_dropped(connection, digest);
        for (const auto& link : rows::idle_links(connection, before, most)) {
            // One by one: the sums go by how many links are left at each moment.
            rows::drop_link(connection, link, database_.now());
            ruling()->quotas.blob_unlinked(connection, link.name, link.blob);
            ++collected.links;
        }
        collected.blobs = rows::drop_idle_blobs(connection, before, most);
        collected.dropped = rows::dropped_blobs(connection, most);
        return collected;
    });
}

bool Index::is_linked(const oci::Digest& digest) {
    return database_.read([&](db::Connection& connection) {
        return connection
            .prepare("SELECT 1 FROM blobs WHERE digest = $1 AND links > 0", digest.text())
            .next();
    });
}

bool Index::is_damaged(const oci::Digest& digest) {
    return database_.read([&](db::Connection& connection) {
        return connection
            .prepare("SELECT 1 FROM blobs WHERE digest = $1 AND damaged_at IS NOT NULL",
                     digest.text())
            .next();
    });
}

bool Index::set_damaged(const oci::Digest& digest, bool damaged) {
    const auto when = damaged ? std::optional(database_.now()) : std::nullopt;
    // Manifests that list the blob are not whole any more.
    return database_.write([&](db::Connection& connection) {
        return connection.run("UPDATE blobs SET damaged_at = $1 WHERE digest = $2 AND links > 0",
                              when, digest.text()) == 1;
    });
}

BlobTotals Index::blob_totals() {
    return database_.read([](db::Connection& connection) -> BlobTotals {
        auto found = connection.prepare("SELECT blobs, bytes FROM totals");
        if (!found.next()) throw Error(ErrorCode::corrupt, "the index lost its sums");
        return {static_cast<std::uint64_t>(found.integer(0)),
                static_cast<std::uint64_t>(found.integer(1))};
    });
}

std::optional<registry::Page> Index::tags(std::string_view repository, std::string_view after,
                                          std::size_t limit) {
    return database_.read([&](db::Connection& connection) -> std::optional<registry::Page> {
        const auto id = rows::find_repository(connection, repository);
        if (!id) return std::nullopt;
        auto found = connection.prepare(
            "SELECT name FROM tags WHERE repository = $1 AND name > $2 ORDER BY name LIMIT $3", *id,
            after, static_cast<std::int64_t>(limit) + 1);
        return rows::read_page(found, limit);
    });
}

std::vector<TagAge> Index::tags_by_age(std::string_view repository, std::size_t limit) {
    return database_.read([&](db::Connection& connection) {
        std::vector<TagAge> tags;
        const auto id = rows::find_repository(connection, repository);
        if (!id) return tags;
        auto found = connection.prepare(
            "SELECT name, updated_at FROM tags WHERE repository = $1 "
            "ORDER BY updated_at DESC, name DESC LIMIT $2",
            *id, static_cast<std::int64_t>(limit));
        while (found.next()) tags.push_back({found.text(0), found.integer(1)});
        return tags;
    });
}

bool Index::remove_tag(std::string_view repository, std::string_view tag) {
    return database_.write_repository(repository, [&](db::Connection& connection) {
        const auto id = rows::find_repository(connection, repository);
        if (!id || !rows::remove_tag(connection, *id, tag, database_.now())) return false;
        if (ruling()->rules.is_immutable(repository, tag)) {
            throw Error(ErrorCode::denied,
                        fmt::format("the tag {} is immutable and cannot be deleted", tag));
        }
        return true;
    });
}

std::optional<StoredManifest> Index::manifest(std::string_view repository,
                                              std::string_view tag_or_digest) {
    auto& cache = database_.cache();
    if (const auto kept = cache.find(repository, tag_or_digest)) return *kept;
    const auto moment = cache.moment();
    auto found = database_.read([&](db::Connection& connection) {
        return rows::find_manifest(connection, repository, tag_or_digest);
    });
    if (found && found->whole)
        cache.keep(moment, repository, tag_or_digest, std::make_shared<StoredManifest>(*found));
    return found;
}

std::optional<oci::Descriptor> Index::resolve(std::string_view repository,
                                              std::string_view tag_or_digest) {
    if (const auto kept = database_.cache().find(repository, tag_or_digest))
        return oci::Descriptor{
            .media_type = kept->media_type, .digest = kept->digest, .size = kept->bytes.size()};
    return database_.read([&](db::Connection& connection) {
        return rows::resolve_manifest(connection, repository, tag_or_digest);
    });
}

void Index::put_manifest(std::string_view repository, const NewManifest& manifest,
                         const std::vector<std::string>& tags, const Allow& allow) {
    database_.write_repository(repository, [&](db::Connection& connection) {
        if (allow) allow();
        const auto now = database_.now();
        const auto id = rows::make_repository(connection, repository);
        if (rows::store_manifest(connection, id, manifest, now))
            ruling()->quotas.manifest_added(connection, repository, manifest.bytes.size());
        for (const auto& tag : tags) {
            rows::set_tag(connection, id, tag, manifest.digest,
                          ruling()->rules.is_immutable(repository, tag), now);
        }
        return true;
    });
}

bool Index::remove_manifest(std::string_view repository, const oci::Digest& digest) {
    return database_.write_repository(repository, [&](db::Connection& connection) {
        const auto id = rows::find_repository(connection, repository);
        if (!id) return false;
        require_mutable_manifest(connection, ruling()->rules, {*id, repository}, digest.text());
        const auto bytes = rows::remove_manifest(connection, *id, digest, database_.now());
        if (bytes) ruling()->quotas.manifest_removed(connection, repository, *bytes);
        return bytes.has_value();
    });
}

Referrers Index::referrers(std::string_view repository, const oci::Digest& subject,
                           std::string_view artifact_type, std::string_view after,
                           std::size_t limit) {
    return database_.read([&](db::Connection& connection) -> Referrers {
        const auto id = rows::find_repository(connection, repository);
        if (!id) return {};
        return rows::find_referrers(connection, *id, subject, artifact_type, after, limit);
    });
}

} // namespace berth::hosting
