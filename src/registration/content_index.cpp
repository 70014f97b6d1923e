#include "registration/content_index.hpp"

#include "base/error.hpp"
#include "base/source.hpp"
#include "base/text.hpp"
#include "db/migration.hpp"
#include "registration/version_order.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>

namespace berth::registration {
namespace {

constexpr std::array content_migrations = {
    db::Migration{1, R"(
        CREATE TABLE index_states (
            registration TEXT PRIMARY KEY,
            run BIGINT NOT NULL,
            started BIGINT,
            finished BIGINT,
            succeeded BIGINT,
            status TEXT NOT NULL,
            message TEXT NOT NULL);
        CREATE TABLE index_repositories (
            registration TEXT NOT NULL,
            name TEXT NOT NULL,
            run BIGINT NOT NULL,
            kind BIGINT NOT NULL,
            tag_count BIGINT NOT NULL,
            latest_tag TEXT NOT NULL,
            chart_name TEXT NOT NULL,
            version TEXT NOT NULL,
            app_version TEXT NOT NULL,
            description TEXT NOT NULL,
            icon TEXT NOT NULL,
            search_text TEXT NOT NULL,
            PRIMARY KEY (registration, name));
        CREATE TABLE index_tags (
            registration TEXT NOT NULL,
            repository TEXT NOT NULL,
            order_key BLOB NOT NULL,
            tag TEXT NOT NULL,
            digest TEXT NOT NULL,
            media_type TEXT NOT NULL,
            size BIGINT NOT NULL,
            kind BIGINT NOT NULL,
            chart_name TEXT NOT NULL,
            version TEXT NOT NULL,
            app_version TEXT NOT NULL,
            description TEXT NOT NULL,
            icon TEXT NOT NULL,
            PRIMARY KEY (registration, repository, order_key));
    )"},
    // Without digests the next refresh looks at everything again, and finds when it was made.
    db::Migration{2, R"(
        ALTER TABLE index_tags ADD COLUMN created BIGINT NOT NULL DEFAULT 0;
        UPDATE index_tags SET digest = '';
    )"},
    db::Migration{3, R"(
        CREATE TABLE fill_reports (registration TEXT PRIMARY KEY, report TEXT NOT NULL);
    )"},
};

constexpr std::size_t page_limit = 500;

std::int64_t page_size(std::size_t wanted) {
    return static_cast<std::int64_t>(std::clamp<std::size_t>(wanted, 1, page_limit));
}

/// A LIKE pattern for "contains", with "\" before what would mean something else.
std::string pattern_of(std::string_view part) {
    std::string pattern = "%";
    for (const char c : to_lower(part.substr(0, 256))) {
        if (c == '%' || c == '_' || c == '\\') pattern += '\\';
        pattern += c;
    }
    return pattern + "%";
}

ContentKind kind_of(std::int64_t number) {
    if (number < 0 || number > static_cast<std::int64_t>(ContentKind::artifact))
        throw Error(ErrorCode::corrupt, "the index of a registry holds an unknown kind of content");
    return static_cast<ContentKind>(number);
}

ChartWords read_words(const db::Statement& row, int first) {
    return {.name = row.text(first),
            .version = row.text(first + 1),
            .app_version = row.text(first + 2),
            .description = row.text(first + 3),
            .icon = row.text(first + 4)};
}

constexpr std::string_view select_repository =
    "SELECT name, kind, tag_count, latest_tag, chart_name, version, app_version, description, icon "
    "FROM index_repositories";

IndexedRepository read_repository(const db::Statement& row) {
    return {.name = row.text(0),
            .kind = kind_of(row.integer(1)),
            .tag_count = row.integer(2),
            .latest_tag = row.text(3),
            .chart = read_words(row, 4)};
}

constexpr std::string_view select_state =
    "SELECT registration, started, finished, succeeded, status, message FROM index_states";

IndexState read_state(const db::Statement& row) {
    const auto time = [&](int column) {
        return row.is_null(column) ? std::nullopt : std::optional(row.integer(column));
    };
    return {.started = time(1),
            .finished = time(2),
            .succeeded = time(3),
            .status = row.text(4),
            .message = row.text(5)};
}

} // namespace

std::string_view text_of(ContentKind kind) noexcept {
    constexpr std::array<std::string_view, 5> texts{"unknown", "chart", "image", "index",
                                                    "artifact"};
    return texts[static_cast<std::size_t>(kind)];
}

ContentIndex::ContentIndex(const std::filesystem::path& file)
    // What a power cut takes is found again by the next refresh.
    : pool_(file, {.durable = false}) {
    auto connection = pool_.lease();
    db::migrate(*connection, content_migrations);
}

std::vector<IndexedRepository> ContentIndex::repositories(std::string_view registration,
                                                          const RepositoryQuery& query) {
    auto connection = pool_.lease();
    const std::int64_t kind = query.kind ? static_cast<std::int64_t>(*query.kind) : -1;
    db::Statement rows = connection->prepare(
        fmt::format("{} WHERE registration = $1 AND name > $2 AND ($3 < 0 OR kind = $3) AND "
                    "search_text LIKE $4 ESCAPE '\\' ORDER BY name LIMIT $5",
                    select_repository),
        registration, query.after, kind, std::string_view(pattern_of(query.search)),
        page_size(query.limit));
    std::vector<IndexedRepository> found;
    while (rows.next()) found.push_back(read_repository(rows));
    return found;
}

std::optional<IndexedRepository> ContentIndex::repository(std::string_view registration,
                                                          std::string_view name) {
    auto connection = pool_.lease();
    db::Statement row = connection->prepare(
        fmt::format("{} WHERE registration = $1 AND name = $2", select_repository), registration,
        name);
    if (!row.next()) return std::nullopt;
    return read_repository(row);
}

std::vector<IndexedTag> ContentIndex::tags(std::string_view registration,
                                           std::string_view repository, const TagQuery& query) {
    auto connection = pool_.lease();
    const bool first = query.after.empty();
    // Greater than any key: keys begin with "0" or "1".
    const std::string before = first ? "2" : order_key(query.after);
    const bool by_age = query.order == TagOrder::age;
    const std::int64_t time = first ? std::numeric_limits<std::int64_t>::max() : query.after_time;
    db::Statement rows = connection->prepare(
        fmt::format(
            "SELECT tag, digest, media_type, size, kind, chart_name, version, app_version, "
            "description, icon, created FROM index_tags WHERE registration = $1 AND "
            "repository = $2 AND {} AND lower(tag) LIKE $4 ESCAPE '\\' ORDER BY {} order_key DESC "
            "LIMIT $5",
            by_age ? "(created < $6 OR (created = $6 AND order_key < $3))"
                   : "order_key < $3 AND $6 = $6",
            by_age ? "created DESC," : ""),
        registration, repository, as_bytes(before), std::string_view(pattern_of(query.search)),
        page_size(query.limit), time);
    std::vector<IndexedTag> found;
    while (rows.next())
        found.push_back({.tag = rows.text(0),
                         .digest = rows.text(1),
                         .media_type = rows.text(2),
                         .size = rows.integer(3),
                         .kind = kind_of(rows.integer(4)),
                         .chart = read_words(rows, 5),
                         .created = rows.integer(10)});
    return found;
}

IndexState ContentIndex::state(std::string_view registration) {
    auto connection = pool_.lease();
    db::Statement row =
        connection->prepare(fmt::format("{} WHERE registration = $1", select_state), registration);
    return row.next() ? read_state(row) : IndexState{};
}

std::map<std::string, IndexState> ContentIndex::states() {
    auto connection = pool_.lease();
    db::Statement rows = connection->prepare(select_state);
    std::map<std::string, IndexState> all;
    while (rows.next()) all.emplace(rows.text(0), read_state(rows));
    return all;
}

std::int64_t ContentIndex::repository_count(std::string_view registration) {
    auto connection = pool_.lease();
    db::Statement count = connection->prepare(
        "SELECT count(*) FROM index_repositories WHERE registration = $1", registration);
    return count.next() ? count.integer(0) : 0;
}

std::optional<std::string> ContentIndex::fill_report(std::string_view registration) {
    auto connection = pool_.lease();
    db::Statement row = connection->prepare(
        "SELECT report FROM fill_reports WHERE registration = $1", registration);
    return row.next() ? std::optional(row.text(0)) : std::nullopt;
}

void ContentIndex::keep_fill_report(std::string_view registration, std::string_view report) {
    auto connection = pool_.lease();
    connection->run(
        "INSERT INTO fill_reports (registration, report) VALUES ($1, $2) "
        "ON CONFLICT (registration) DO UPDATE SET report = excluded.report",
        registration, report);
}

void ContentIndex::forget(std::string_view registration) {
    auto connection = pool_.lease();
    db::Transaction transaction(*connection);
    for (const char* table : {"index_tags", "index_repositories", "index_states", "fill_reports"})
        connection->run(fmt::format("DELETE FROM {} WHERE registration = $1", table), registration);
    transaction.commit();
}

} // namespace berth::registration
