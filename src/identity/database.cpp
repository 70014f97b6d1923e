#include "identity/database.hpp"

#include "base/uid.hpp"
#include "db/migration.hpp"

#include <array>

namespace berth::identity {
namespace {

constexpr std::array migrations = {
    db::Migration{1, R"(
        CREATE TABLE tenants (
            uid TEXT PRIMARY KEY,
            name TEXT NOT NULL UNIQUE,
            created BIGINT NOT NULL);
        CREATE TABLE sessions (
            hash TEXT PRIMARY KEY,
            person TEXT NOT NULL,
            password_mark TEXT NOT NULL,
            created BIGINT NOT NULL,
            last_used BIGINT NOT NULL);
        CREATE INDEX sessions_of_person ON sessions (person, created);
        CREATE TABLE api_keys (
            uid TEXT PRIMARY KEY,
            tenant TEXT NOT NULL,
            owner TEXT NOT NULL,
            name TEXT NOT NULL,
            hash TEXT NOT NULL UNIQUE,
            prefix TEXT NOT NULL,
            most TEXT NOT NULL,
            active BIGINT NOT NULL,
            expires BIGINT,
            created BIGINT NOT NULL,
            modified BIGINT NOT NULL,
            last_used BIGINT);
        CREATE UNIQUE INDEX api_keys_by_name ON api_keys (tenant, owner, name);
        CREATE TABLE audit (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            uid TEXT NOT NULL,
            tenant TEXT NOT NULL,
            at BIGINT NOT NULL,
            actor TEXT NOT NULL,
            proof TEXT NOT NULL,
            action TEXT NOT NULL,
            object TEXT NOT NULL,
            outcome TEXT NOT NULL,
            ref TEXT NOT NULL,
            before TEXT,
            after TEXT);
    )"},
    db::Migration{2, R"(
        CREATE TABLE projects (
            uid TEXT PRIMARY KEY,
            tenant TEXT NOT NULL,
            name TEXT NOT NULL,
            description TEXT NOT NULL,
            created BIGINT NOT NULL,
            modified BIGINT NOT NULL);
        CREATE UNIQUE INDEX projects_by_name ON projects (tenant, name);
    )"},
    db::Migration{3, R"(
        CREATE TABLE removed_tenants (
            uid TEXT PRIMARY KEY,
            removed BIGINT NOT NULL);
        CREATE INDEX audit_of_tenant ON audit (tenant, id);
    )"},
    db::Migration{4, R"(
        ALTER TABLE audit ADD COLUMN name TEXT NOT NULL DEFAULT '';
    )"},
};

} // namespace

std::int64_t milliseconds(Time time) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
}

Time time_of(std::int64_t milliseconds) {
    return Time(std::chrono::milliseconds(milliseconds));
}

std::optional<std::int64_t> milliseconds(std::optional<Time> time) {
    return time ? std::optional(milliseconds(*time)) : std::nullopt;
}

Database::Database(const std::filesystem::path& file, Clock& clock)
    : pool_(file, {}), clock_(clock), tenant_(load_tenant()) {}

Tenant Database::load_tenant() {
    auto connection = pool_.lease();
    db::migrate(*connection, migrations);
    // Of several processes that start at once one makes it.
    connection->run(
        "INSERT INTO tenants (uid, name, created) VALUES ($1, 'default', $2) "
        "ON CONFLICT (name) DO NOTHING",
        std::string_view(random_uid()), milliseconds(now()));
    db::Statement row = connection->prepare("SELECT uid, name FROM tenants WHERE name = 'default'");
    row.next();
    return {row.text(0), row.text(1)};
}

} // namespace berth::identity
