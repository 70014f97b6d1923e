#include "store/index.hpp"

#include "base/error.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "db/migration.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace berth::store {
namespace {

constexpr std::size_t page_limit = 10'000;

constexpr std::array migrations = {
    db::Migration{1, R"(
        CREATE TABLE blobs (
            digest TEXT PRIMARY KEY,
            size BIGINT NOT NULL);
        CREATE TABLE manifests (
            digest TEXT PRIMARY KEY,
            media_type TEXT NOT NULL,
            size BIGINT NOT NULL,
            artifact_type TEXT NOT NULL,
            annotations TEXT NOT NULL,
            subject TEXT);
        CREATE INDEX manifests_by_subject ON manifests (subject) WHERE subject IS NOT NULL;
        CREATE TABLE children (
            parent TEXT NOT NULL REFERENCES manifests (digest) ON DELETE CASCADE,
            child TEXT NOT NULL,
            media_type TEXT NOT NULL,
            size BIGINT NOT NULL,
            required BIGINT NOT NULL,
            PRIMARY KEY (parent, child));
        CREATE TABLE repositories (name TEXT PRIMARY KEY);
        CREATE TABLE tags (
            repository TEXT NOT NULL REFERENCES repositories (name) ON DELETE CASCADE,
            name TEXT NOT NULL,
            manifest TEXT NOT NULL REFERENCES manifests (digest) ON DELETE CASCADE,
            PRIMARY KEY (repository, name));
        CREATE INDEX tags_by_manifest ON tags (manifest);
    )"},
};

std::string annotations_text(const oci::Annotations& annotations) {
    json::Object object;
    for (const auto& [key, value] : annotations) object[key] = value;
    return json::write(object);
}

oci::Annotations read_annotations(const std::string& text) {
    json::Object holder;
    holder["annotations"] = json::parse(text).value();
    return json::Reader(holder, "").text_map("annotations");
}

oci::Digest read_digest(const db::Statement& row, int column) {
    return oci::Digest::parse(row.text(column)).value();
}

/// From the columns digest, media_type, size.
oci::Descriptor read_content(const db::Statement& row, int first) {
    return {.media_type = row.text(first + 1),
            .digest = read_digest(row, first),
            .size = static_cast<std::uint64_t>(row.integer(first + 2))};
}

registry::Page read_page(db::Statement rows, std::size_t limit) {
    registry::Page page;
    while (rows.next()) {
        if (page.names.size() == limit) {
            page.next = page.names.back();
            break;
        }
        page.names.push_back(rows.text(0));
    }
    return page;
}

std::vector<oci::Digest> read_digests(db::Statement rows) {
    std::vector<oci::Digest> digests;
    while (rows.next()) digests.push_back(read_digest(rows, 0));
    return digests;
}

void insert_blob(db::Connection& connection, const oci::Digest& digest, std::uint64_t size) {
    connection.run(
        "INSERT INTO blobs (digest, size) VALUES ($1, $2) "
        "ON CONFLICT (digest) DO UPDATE SET size = excluded.size",
        digest.text(), static_cast<std::int64_t>(size));
}

void insert_manifest(db::Connection& connection, const ManifestRecord& record) {
    const oci::Descriptor& self = record.descriptor;
    std::optional<std::string_view> subject;
    if (record.subject) subject = record.subject->text();
    connection.run(
        "INSERT INTO manifests (digest, media_type, size, artifact_type, annotations, subject) "
        "VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (digest) DO NOTHING",
        self.digest.text(), self.media_type, static_cast<std::int64_t>(self.size),
        self.artifact_type, annotations_text(self.annotations), subject);
    // A second push may bring platforms that the first one left out.
    for (const Child& child : record.children)
        connection.run(
            "INSERT INTO children (parent, child, media_type, size, required) "
            "VALUES ($1, $2, $3, $4, $5) "
            "ON CONFLICT (parent, child) DO UPDATE SET required = excluded.required "
            "WHERE excluded.required > children.required",
            self.digest.text(), child.descriptor.digest.text(), child.descriptor.media_type,
            static_cast<std::int64_t>(child.descriptor.size), std::int64_t{child.required});
}

} // namespace

Index::Index(std::filesystem::path file) : file_(std::move(file)), pool_(file_, {}) {}

template <class Use>
auto Index::with(Use&& use) {
    try {
        const auto lease = pool_.lease();
        migrated_.with([&](bool& migrated) {
            if (!migrated) db::migrate(*lease, migrations);
            migrated = true;
        });
        return use(*lease);
    } catch (Error& error) {
        if (error.code() == ErrorCode::corrupt && error.hint().empty())
            error.set_hint("run `berth store check` to rebuild the index");
        throw;
    }
}

void Index::record_blob(const oci::Digest& digest, std::uint64_t size) {
    with([&](db::Connection& connection) { insert_blob(connection, digest, size); });
}

void Index::record_blobs(const std::map<oci::Digest, std::uint64_t>& sizes) {
    with([&](db::Connection& connection) {
        db::Transaction transaction(connection);
        for (const auto& [digest, size] : sizes)
            connection.run(
                "INSERT INTO blobs (digest, size) VALUES ($1, $2) ON CONFLICT DO NOTHING",
                digest.text(), static_cast<std::int64_t>(size));
        transaction.commit();
    });
}

void Index::record_manifest(const ManifestRecord& record, std::string_view repository,
                            std::string_view tag) {
    with([&](db::Connection& connection) {
        db::Transaction transaction(connection);
        insert_blob(connection, record.descriptor.digest, record.descriptor.size);
        insert_manifest(connection, record);
        if (!repository.empty())
            connection.run("INSERT INTO repositories (name) VALUES ($1) ON CONFLICT DO NOTHING",
                           repository);
        if (!tag.empty())
            connection.run(
                "INSERT INTO tags (repository, name, manifest) VALUES ($1, $2, $3) "
                "ON CONFLICT (repository, name) DO UPDATE SET manifest = excluded.manifest",
                repository, tag, record.descriptor.digest.text());
        transaction.commit();
    });
}

std::optional<oci::Descriptor> Index::manifest(const oci::Digest& digest) {
    return with([&](db::Connection& connection) -> std::optional<oci::Descriptor> {
        auto row = connection.prepare(
            "SELECT digest, media_type, size FROM manifests WHERE digest = $1", digest.text());
        if (!row.next()) return std::nullopt;
        return read_content(row, 0);
    });
}

std::optional<oci::Descriptor> Index::tagged(std::string_view repository, std::string_view tag) {
    return with([&](db::Connection& connection) -> std::optional<oci::Descriptor> {
        auto row = connection.prepare(
            "SELECT m.digest, m.media_type, m.size FROM tags t "
            "JOIN manifests m ON m.digest = t.manifest WHERE t.repository = $1 AND t.name = $2",
            repository, tag);
        if (!row.next()) return std::nullopt;
        return read_content(row, 0);
    });
}

registry::Page Index::tags(std::string_view repository, std::string_view after, std::size_t limit) {
    limit = std::min(limit, page_limit);
    if (limit == 0) return {};
    return with([&](db::Connection& connection) {
        return read_page(
            connection.prepare("SELECT name FROM tags WHERE repository = $1 AND name > $2 "
                               "ORDER BY name LIMIT $3",
                               repository, after, static_cast<std::int64_t>(limit + 1)),
            limit);
    });
}

registry::Page Index::repositories(std::string_view after, std::size_t limit) {
    limit = std::min(limit, page_limit);
    if (limit == 0) return {};
    return with([&](db::Connection& connection) {
        return read_page(connection.prepare("SELECT name FROM repositories WHERE name > $1 "
                                            "ORDER BY name LIMIT $2",
                                            after, static_cast<std::int64_t>(limit + 1)),
                         limit);
    });
}

std::vector<oci::Descriptor> Index::referrers(const oci::Digest& subject,
                                              std::string_view artifact_type) {
    return with([&](db::Connection& connection) {
        auto rows = connection.prepare(
            "SELECT digest, media_type, size, artifact_type, annotations FROM manifests "
            "WHERE subject = $1 AND ($2 = '' OR artifact_type = $2) ORDER BY digest",
            subject.text(), artifact_type);
        std::vector<oci::Descriptor> found;
        while (rows.next()) {
            found.push_back(read_content(rows, 0));
            found.back().artifact_type = rows.text(3);
            found.back().annotations = read_annotations(rows.text(4));
        }
        return found;
    });
}

Index::Health Index::health() {
    std::error_code ignored;
    if (const auto size = std::filesystem::file_size(file_, ignored); ignored || size == 0)
        return Health::absent;
    try {
        if (!pool_.lease()->integrity_fault().empty()) return Health::malformed;
    } catch (const Error& error) {
        if (error.code() == ErrorCode::corrupt) return Health::malformed;
        throw;
    }
    return Health::sound;
}

void Index::move_away(const std::filesystem::path& directory) {
    pool_.close_idle();
    migrated_.with([](bool& migrated) { migrated = false; });
    for (const char* suffix : {"", "-wal", "-shm"}) {
        auto from = file_;
        from += suffix;
        std::error_code absent;
        std::filesystem::rename(from, directory / from.filename(), absent);
    }
}

std::vector<oci::Digest> Index::blobs() {
    return with([](db::Connection& connection) {
        return read_digests(connection.prepare("SELECT digest FROM blobs ORDER BY digest"));
    });
}

std::vector<oci::Digest> Index::manifests() {
    return with([](db::Connection& connection) {
        return read_digests(connection.prepare("SELECT digest FROM manifests ORDER BY digest"));
    });
}

std::vector<Index::Link> Index::required_children() {
    return with([](db::Connection& connection) {
        auto rows = connection.prepare(
            "SELECT min(parent), child, max(media_type), size FROM children WHERE required = 1 "
            "GROUP BY child, size ORDER BY child");
        std::vector<Link> links;
        while (rows.next()) links.push_back({rows.text(0), read_content(rows, 1)});
        return links;
    });
}

std::vector<std::string> Index::tags_of(const oci::Digest& digest) {
    return with([&](db::Connection& connection) {
        auto rows = connection.prepare(
            "SELECT repository, name FROM tags WHERE manifest = $1 ORDER BY repository, name",
            digest.text());
        std::vector<std::string> names;
        while (rows.next()) names.push_back(fmt::format("{}:{}", rows.text(0), rows.text(1)));
        return names;
    });
}

void Index::forget_manifest(const oci::Digest& digest) {
    with([&](db::Connection& connection) {
        db::Transaction transaction(connection);
        connection.run("DELETE FROM manifests WHERE digest = $1", digest.text());
        connection.run("DELETE FROM blobs WHERE digest = $1", digest.text());
        transaction.commit();
    });
}

void Index::forget_blob(const oci::Digest& digest) {
    with([&](db::Connection& connection) {
        connection.run("DELETE FROM blobs WHERE digest = $1", digest.text());
    });
}

} // namespace berth::store
