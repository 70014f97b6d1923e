#include "registration/book_rows.hpp"

#include "base/error.hpp"

#include <fmt/format.h>

#include <array>

namespace berth::registration {
namespace {

constexpr std::array migrations = {
    db::Migration{1, R"(
        CREATE TABLE registrations (
            uid TEXT PRIMARY KEY,
            tenant TEXT NOT NULL,
            name TEXT NOT NULL,
            name_key TEXT NOT NULL,
            spec TEXT NOT NULL,
            version BIGINT NOT NULL,
            created BIGINT NOT NULL,
            modified BIGINT NOT NULL,
            validated_at BIGINT,
            validation_result TEXT,
            validation_report TEXT);
        CREATE UNIQUE INDEX registrations_by_name ON registrations (tenant, name_key);
        CREATE TABLE registration_secrets (
            registration TEXT NOT NULL REFERENCES registrations (uid) ON DELETE CASCADE,
            field TEXT NOT NULL,
            sealed BLOB NOT NULL,
            set_at BIGINT NOT NULL,
            PRIMARY KEY (registration, field));
    )"},
    db::Migration{2, R"(
        CREATE TABLE external_ids (tenant TEXT PRIMARY KEY, external_id TEXT NOT NULL);
    )"},
};

SecretField secret_field(const std::string& text) {
    for (const SecretField field : secret_fields) {
        if (text == text_of(field)) return field;
    }
    throw Error(ErrorCode::corrupt, "a stored registry has an unknown secret");
}

std::optional<LastValidation> read_validation(const db::Statement& row, int first) {
    if (row.is_null(first)) return std::nullopt;
    return LastValidation{.at = time_of(row.integer(first)),
                          .result = row.text(first + 1),
                          .report = row.text(first + 2)};
}

} // namespace

std::span<const db::Migration> book_migrations() {
    return migrations;
}

std::int64_t milliseconds(Time time) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
}

Time time_of(std::int64_t milliseconds) {
    return Time(std::chrono::milliseconds(milliseconds));
}

namespace {

Registration read_row(const db::Statement& row) {
    constexpr EndpointPolicy anywhere{.loopback = true, .link_local = true, .plain_http = true};
    Spec spec = read_spec(row.text(3));
    Endpoint endpoint = normalise_endpoint({.endpoint = spec.endpoint,
                                            .base_path = spec.base_path,
                                            .default_region = spec.default_region,
                                            .is_ecr = spec.kind == Kind::ecr},
                                           anywhere);
    auto paths = content_paths(spec.base_content_path);
    return {.uid = row.text(0),
            .tenant = row.text(1),
            .name = row.text(2),
            .spec = std::move(spec),
            .endpoint = std::move(endpoint),
            .content_paths = std::move(paths),
            .version = row.integer(4),
            .created = time_of(row.integer(5)),
            .modified = time_of(row.integer(6)),
            .secrets = {},
            .last_validation = read_validation(row, 7)};
}

} // namespace

Registration read_registration(const db::Statement& row) {
    try {
        return read_row(row);
    } catch (const Error& error) {
        throw Error(ErrorCode::corrupt, fmt::format("the registry {} is stored in a way that "
                                                    "cannot be read: {}",
                                                    row.text(0), error.message()))
            .set_hint("delete it by this uid, and register it anew");
    }
}

std::vector<SecretMark> read_secret_marks(db::Connection& connection, const std::string& uid) {
    std::vector<SecretMark> marks;
    db::Statement rows = connection.prepare(
        "SELECT field, set_at FROM registration_secrets WHERE registration = $1 ORDER BY field",
        std::string_view(uid));
    while (rows.next()) marks.push_back({secret_field(rows.text(0)), time_of(rows.integer(1))});
    return marks;
}

seal::Binding binding_of(const std::string& uid, const Endpoint& endpoint, SecretField field) {
    return {.owner = uid, .origin = endpoint.bound_origin, .field = std::string(text_of(field))};
}

} // namespace berth::registration
