// Rows of the book's tables, read and written in one way.
#pragma once

#include "db/connection.hpp"
#include "db/migration.hpp"
#include "registration/book.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace berth::registration {

std::span<const db::Migration> book_migrations();

std::int64_t milliseconds(Time time);
Time time_of(std::int64_t milliseconds);

/// What reads a registration starts with this; continue with " WHERE …".
inline constexpr std::string_view select_registration =
    "SELECT uid, tenant, name, spec, version, created, modified, validated_at, validation_result, "
    "validation_report FROM registrations";

/// From a row of select_registration, without its secrets. The endpoint is normalised anew under
/// a policy that forbids nothing: what was allowed once may be read.
Registration read_registration(const db::Statement& row);

std::vector<SecretMark> read_secret_marks(db::Connection& connection, const std::string& uid);

seal::Binding binding_of(const std::string& uid, const Endpoint& endpoint, SecretField field);

} // namespace berth::registration
