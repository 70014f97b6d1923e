#include "db/migration.hpp"

#include "base/error.hpp"

#include <fmt/format.h>

namespace berth::db {
namespace {

std::int64_t applied(Connection& connection) {
    Statement statement =
        connection.prepare("SELECT coalesce(max(number), 0) FROM schema_migrations");
    return statement.next() ? statement.integer(0) : 0;
}

} // namespace

void migrate(Connection& connection, std::span<const Migration> migrations) {
    connection.run_script(
        "CREATE TABLE IF NOT EXISTS schema_migrations (number BIGINT PRIMARY KEY)");
    const auto known = static_cast<std::int64_t>(migrations.size());
    if (applied(connection) == known) return;

    Transaction transaction(connection);
    const std::int64_t had = applied(connection);
    if (had > known) {
        Error error(ErrorCode::corrupt,
                    fmt::format("the database has schema {}, this program knows only up to {}", had,
                                known));
        throw error.set_hint("use the newer version of berth that wrote it");
    }
    for (const Migration& migration : migrations) {
        if (migration.number <= had) continue;
        connection.run_script(migration.sql);
        connection.run("INSERT INTO schema_migrations (number) VALUES ($1)", migration.number);
    }
    transaction.commit();
}

} // namespace berth::db
