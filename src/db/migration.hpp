// Migrations: the schema of a database, as numbered steps that are applied once each.
#pragma once

#include "db/connection.hpp"

#include <span>
#include <string_view>

namespace berth::db {

/// One step. `sql` is a script; it runs inside a transaction and must not open one.
struct Migration {
    std::int64_t number;
    std::string_view sql;
};

/// Applies the steps that the database has not had yet, all of them or none. Several processes
/// may do so at once: one does the work. REQUIRES: numbers 1, 2, 3, … in order.
/// A database that has had more steps than `migrations` holds is Error corrupt: a newer program
/// wrote it.
void migrate(Connection& connection, std::span<const Migration> migrations);

} // namespace berth::db
