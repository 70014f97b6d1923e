#include "hosting/index.hpp"

#include "hosting/index_rows.hpp"
#include "hosting/schema.hpp"

#include <fmt/format.h>

namespace berth::hosting {

Index::Index(const std::filesystem::path& file, Clock& clock) : clock_(clock), pool_(file, {}, 32) {
    db::migrate(*pool_.lease(), migrations());
}

std::int64_t Index::now() {
    using namespace std::chrono;
    return duration_cast<seconds>(clock_.wall_now().time_since_epoch()).count();
}

template <class Use>
auto Index::write(Use&& use) {
    auto connection = pool_.lease();
    const std::lock_guard lock(writer_);
    db::Transaction transaction(*connection);
    auto result = use(*connection);
    transaction.commit();
    return result;
}

bool Index::has_repository(std::string_view repository) {
    auto connection = pool_.lease();
    return rows::find_repository(*connection, repository).has_value();
}

registry::Page Index::repositories(std::string_view after, std::size_t limit) {
    auto connection = pool_.lease();
    auto found = connection->prepare(
        "SELECT name FROM repositories WHERE manifests > 0 AND name > $1 ORDER BY name LIMIT $2",
        after, static_cast<std::int64_t>(limit) + 1);
    return rows::read_page(found, limit);
}

std::optional<std::uint64_t> Index::blob_size(std::string_view repository,
                                              const oci::Digest& digest) {
    auto connection = pool_.lease();
    return rows::linked_size(*connection, repository, digest);
}

void Index::link_blob(std::string_view repository, const oci::Digest& digest, std::uint64_t size) {
    write([&](db::Connection& connection) {
        const auto id = rows::make_repository(connection, repository);
        connection.run(
            "INSERT INTO blobs (digest, size, unused_since) VALUES ($1, $2, $3) "
            "ON CONFLICT (digest) DO NOTHING",
            digest.text(), static_cast<std::int64_t>(size), now());
        rows::link(connection, id, digest, now());
        return true;
    });
}

bool Index::mount_blob(std::string_view repository, const oci::Digest& digest,
                       std::string_view from) {
    return write([&](db::Connection& connection) {
        if (!rows::linked_size(connection, from, digest)) return false;
        rows::link(connection, rows::make_repository(connection, repository), digest, now());
        return true;
    });
}

std::optional<std::string> Index::find_blob(const oci::Digest& digest,
                                            const std::function<bool(std::string_view)>& may_pull) {
    constexpr std::int64_t most_asked = 100;
    auto connection = pool_.lease();
    auto found = connection->prepare(
        "SELECT repositories.name FROM blobs JOIN links ON links.blob = blobs.id "
        "JOIN repositories ON repositories.id = links.repository WHERE blobs.digest = $1 LIMIT $2",
        digest.text(), most_asked);
    while (found.next()) {
        auto name = found.text(0);
        if (may_pull(name)) return name;
    }
    return std::nullopt;
}

bool Index::unlink_blob(std::string_view repository, const oci::Digest& digest) {
    return write([&](db::Connection& connection) {
        const auto id = rows::find_repository(connection, repository);
        return id && rows::unlink(connection, *id, digest, now());
    });
}

Collected Index::collect(std::chrono::seconds grace, std::size_t limit) {
    const auto before = now() - grace.count();
    const auto most = static_cast<std::int64_t>(limit);
    Collected collected;
    collected.links = write([&](db::Connection& connection) {
        return rows::drop_idle_links(connection, before, most, now());
    });
    auto connection = pool_.lease();
    auto idle = connection->prepare(
        "SELECT digest FROM blobs WHERE unused_since IS NOT NULL AND unused_since <= $1 "
        "ORDER BY unused_since LIMIT $2",
        before, most);
    while (idle.next()) collected.blobs.push_back(rows::digest_of(idle.text(0)));
    return collected;
}

bool Index::remove_idle_blob(const oci::Digest& digest) {
    return write([&](db::Connection& connection) {
        return connection.run("DELETE FROM blobs WHERE digest = $1 AND links = 0", digest.text()) ==
               1;
    });
}

std::uint64_t Index::blob_count() {
    auto connection = pool_.lease();
    auto counted = connection->prepare("SELECT count(*) FROM blobs");
    counted.next();
    return static_cast<std::uint64_t>(counted.integer(0));
}

std::uint64_t Index::blob_bytes() {
    auto connection = pool_.lease();
    auto summed = connection->prepare("SELECT coalesce(sum(size), 0) FROM blobs");
    summed.next();
    return static_cast<std::uint64_t>(summed.integer(0));
}

std::optional<registry::Page> Index::tags(std::string_view repository, std::string_view after,
                                          std::size_t limit) {
    auto connection = pool_.lease();
    const auto id = rows::find_repository(*connection, repository);
    if (!id) return std::nullopt;
    auto found = connection->prepare(
        "SELECT name FROM tags WHERE repository = $1 AND name > $2 ORDER BY name LIMIT $3", *id,
        after, static_cast<std::int64_t>(limit) + 1);
    return rows::read_page(found, limit);
}

bool Index::remove_tag(std::string_view repository, std::string_view tag) {
    return write([&](db::Connection& connection) {
        const auto id = rows::find_repository(connection, repository);
        return id && connection.run("DELETE FROM tags WHERE repository = $1 AND name = $2", *id,
                                    tag) == 1;
    });
}

std::optional<StoredManifest> Index::manifest(std::string_view repository,
                                              std::string_view tag_or_digest) {
    auto connection = pool_.lease();
    return rows::find_manifest(*connection, repository, tag_or_digest);
}

void Index::put_manifest(std::string_view repository, const NewManifest& manifest,
                         const std::vector<std::string>& tags, const TagRights& rights) {
    write([&](db::Connection& connection) {
        const auto id = rows::make_repository(connection, repository);
        rows::store_manifest(connection, id, manifest, now());
        for (const auto& tag : tags)
            rows::set_tag(connection, id, tag, manifest.digest, rights, now());
        return true;
    });
}

bool Index::remove_manifest(std::string_view repository, const oci::Digest& digest) {
    return write([&](db::Connection& connection) {
        const auto id = rows::find_repository(connection, repository);
        return id && rows::remove_manifest(connection, *id, digest, now());
    });
}

Referrers Index::referrers(std::string_view repository, const oci::Digest& subject,
                           std::string_view artifact_type, std::string_view after,
                           std::size_t limit) {
    auto connection = pool_.lease();
    const auto id = rows::find_repository(*connection, repository);
    if (!id) return {};
    return rows::find_referrers(*connection, *id, subject, artifact_type, after, limit);
}

} // namespace berth::hosting
