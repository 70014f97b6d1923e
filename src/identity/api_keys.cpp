#include "identity/api_keys.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "base/uid.hpp"
#include "identity/display_name.hpp"
#include "identity/token_text.hpp"

#include <fmt/format.h>

namespace berth::identity {
namespace {

constexpr std::string_view text_start = "berth_";
constexpr std::size_t shown = 12;
constexpr std::size_t text_size = text_start.size() + 43;
constexpr std::chrono::minutes touch_every{1};
constexpr std::string_view columns =
    "SELECT uid, tenant, owner, name, prefix, most, active, expires, created, modified, last_used "
    "FROM api_keys";

std::optional<Time> optional_time(const db::Statement& row, int column) {
    if (row.is_null(column)) return std::nullopt;
    return time_of(row.integer(column));
}

ApiKey read(const db::Statement& row) {
    const auto most = parse_right(row.text(5));
    if (!most) throw Error(ErrorCode::corrupt, "a stored API key has an unknown right");
    return {.uid = row.text(0),
            .tenant = row.text(1),
            .owner = row.text(2),
            .name = row.text(3),
            .prefix = row.text(4),
            .most = *most,
            .active = row.integer(6) != 0,
            .expires = optional_time(row, 7),
            .created = time_of(row.integer(8)),
            .modified = time_of(row.integer(9)),
            .last_used = optional_time(row, 10)};
}

std::optional<ApiKey> load(db::Connection& connection, std::string_view tenant,
                           std::string_view uid) {
    db::Statement row =
        connection.prepare(fmt::format("{} WHERE tenant = $1 AND uid = $2", columns), tenant, uid);
    if (!row.next()) return std::nullopt;
    return read(row);
}

/// REQUIRES: inside a transaction.
void check_name_free(db::Connection& connection, const ApiKey& key) {
    db::Statement row = connection.prepare(
        "SELECT 1 FROM api_keys WHERE tenant = $1 AND owner = $2 "
        "AND name = $3 AND uid <> $4",
        std::string_view(key.tenant), std::string_view(key.owner), std::string_view(key.name),
        std::string_view(key.uid));
    if (!row.next()) return;
    throw Error(ErrorCode::conflict, fmt::format("{} has an API key {} already",
                                                 berth::quoted(key.owner), berth::quoted(key.name)))
        .set_hint("choose another name, or delete the other key first");
}

void check_number(db::Connection& connection, const ApiKey& key) {
    db::Statement row =
        connection.prepare("SELECT count(*) FROM api_keys WHERE tenant = $1 AND owner = $2",
                           std::string_view(key.tenant), std::string_view(key.owner));
    row.next();
    if (row.integer(0) < api_keys_limit) return;
    throw Error(ErrorCode::limit_exceeded, fmt::format("{} has {} API keys, which is the most",
                                                       berth::quoted(key.owner), api_keys_limit))
        .set_hint("delete keys that are not used any more");
}

} // namespace

ApiKeys::Made ApiKeys::add(const NewApiKey& wanted) {
    check_display_name(wanted.name, "an API key");
    const auto now = time_of(milliseconds(database_.now()));
    Secret text(std::string(text_start) + random_text());
    ApiKey key{.uid = random_uid(),
               .tenant = std::string(wanted.tenant),
               .owner = std::string(wanted.owner),
               .name = std::string(wanted.name),
               .prefix = text.reveal().substr(0, shown),
               .most = wanted.most,
               .expires = wanted.expires,
               .created = now,
               .modified = now};
    auto connection = database_.pool().lease();
    db::Transaction transaction(*connection);
    check_name_free(*connection, key);
    check_number(*connection, key);
    connection->run(
        "INSERT INTO api_keys (uid, tenant, owner, name, hash, prefix, most, active, "
        "expires, created, modified) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7, 1, $8, $9, $9)",
        std::string_view(key.uid), std::string_view(key.tenant), std::string_view(key.owner),
        std::string_view(key.name), std::string_view(hash_of("api key", text.reveal())),
        std::string_view(key.prefix), text_of(key.most), milliseconds(key.expires),
        milliseconds(key.created));
    transaction.commit();
    return {std::move(key), std::move(text)};
}

std::optional<ApiKey> ApiKeys::find_text(const Secret& text) {
    if (text.reveal().size() != text_size || !text.reveal().starts_with(text_start))
        return std::nullopt;
    auto connection = database_.pool().lease();
    std::optional<ApiKey> found;
    {
        db::Statement row =
            connection->prepare(fmt::format("{} WHERE hash = $1", columns),
                                std::string_view(hash_of("api key", text.reveal())));
        if (!row.next()) return std::nullopt;
        found = read(row);
    }
    const auto now = database_.now();
    if (!found->active || (found->expires && *found->expires <= now)) return std::nullopt;
    if (!found->last_used || now - *found->last_used >= touch_every) {
        connection->run("UPDATE api_keys SET last_used = $2 WHERE uid = $1",
                        std::string_view(found->uid), milliseconds(now));
    }
    return found;
}

std::optional<ApiKey> ApiKeys::find(std::string_view tenant, std::string_view uid) {
    return load(*database_.pool().lease(), tenant, uid);
}

std::vector<ApiKey> ApiKeys::list(std::string_view tenant, std::string_view owner) {
    auto connection = database_.pool().lease();
    db::Statement rows = connection->prepare(
        fmt::format("{} WHERE tenant = $1 AND ($2 = '' OR owner = $2) ORDER BY owner, name",
                    columns),
        tenant, owner);
    std::vector<ApiKey> keys;
    while (rows.next()) keys.push_back(read(rows));
    return keys;
}

ApiKey ApiKeys::change(std::string_view tenant, std::string_view uid, const ApiKeyChange& change) {
    if (change.name) check_display_name(*change.name, "an API key");
    auto connection = database_.pool().lease();
    db::Transaction transaction(*connection);
    auto found = load(*connection, tenant, uid);
    if (!found)
        throw Error(ErrorCode::not_found,
                    fmt::format("there is no API key {}", berth::quoted(uid)));
    auto key = std::move(*found);
    key.name = change.name.value_or(key.name);
    key.most = change.most.value_or(key.most);
    key.active = change.active.value_or(key.active);
    if (change.expires) key.expires = *change.expires;
    key.modified = time_of(milliseconds(database_.now()));
    check_name_free(*connection, key);
    connection->run(
        "UPDATE api_keys SET name = $2, most = $3, active = $4, expires = $5, "
        "modified = $6 WHERE uid = $1",
        std::string_view(key.uid), std::string_view(key.name), text_of(key.most),
        std::int64_t{key.active}, milliseconds(key.expires), milliseconds(key.modified));
    transaction.commit();
    return key;
}

bool ApiKeys::remove(std::string_view tenant, std::string_view uid) {
    return database_.pool().lease()->run("DELETE FROM api_keys WHERE tenant = $1 AND uid = $2",
                                         tenant, uid) > 0;
}

std::int64_t ApiKeys::remove_all(std::string_view owner) {
    return database_.pool().lease()->run("DELETE FROM api_keys WHERE owner = $1", owner);
}

} // namespace berth::identity
