#include "identity/tenants.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "base/uid.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace berth::identity {
namespace {

constexpr std::size_t longest_name = 64;

bool is_letter_or_digit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

void check_name(std::string_view name) {
    const bool fits = std::all_of(name.begin(), name.end(), [](char c) {
        return is_letter_or_digit(c) || c == '.' || c == '-';
    });
    if (!name.empty() && name.size() <= longest_name && fits && is_letter_or_digit(name.front()))
        return;
    throw Error(ErrorCode::usage,
                fmt::format("{} cannot be the name of a tenant", berth::quoted(name)))
        .set_hint("1 to 64 lower-case letters, digits, dots and dashes, a letter or digit first");
}

std::optional<Tenant> load_tenant(db::Connection& connection, std::string_view column,
                                  std::string_view value) {
    db::Statement row = connection.prepare(
        fmt::format("SELECT uid, name FROM tenants WHERE {} = $1", column), value);
    if (!row.next()) return std::nullopt;
    return Tenant{row.text(0), row.text(1)};
}

std::vector<Tenant> load_all(db::Connection& connection) {
    db::Statement row = connection.prepare("SELECT uid, name FROM tenants ORDER BY name");
    std::vector<Tenant> all;
    while (row.next()) all.push_back({row.text(0), row.text(1)});
    return all;
}

} // namespace

Tenant Tenants::add(std::string_view name) {
    check_name(name);
    auto connection = database_.pool().lease();
    db::Transaction transaction(*connection);
    if (load_tenant(*connection, "name", name))
        throw Error(ErrorCode::conflict,
                    fmt::format("there is a tenant {} already", berth::quoted(name)))
            .set_hint("choose another name; berth tenant ls lists all");
    if (load_all(*connection).size() >= tenants_limit)
        throw Error(ErrorCode::limit_exceeded,
                    fmt::format("there are {} tenants, which is the most", tenants_limit))
            .set_hint("remove one that is not used any more");
    Tenant made{random_uid(), std::string(name)};
    connection->run("INSERT INTO tenants (uid, name, created) VALUES ($1, $2, $3)",
                    std::string_view(made.uid), name, milliseconds(database_.now()));
    transaction.commit();
    return made;
}

std::optional<Tenant> Tenants::find(std::string_view uid) {
    return load_tenant(*database_.pool().lease(), "uid", uid);
}

std::optional<Tenant> Tenants::find_named(std::string_view name) {
    return load_tenant(*database_.pool().lease(), "name", name);
}

std::vector<Tenant> Tenants::list() {
    auto all = load_all(*database_.pool().lease());
    std::stable_partition(all.begin(), all.end(),
                          [&](const Tenant& each) { return each.uid == database_.tenant().uid; });
    return all;
}

void Tenants::check_removable(std::string_view uid) {
    if (uid == database_.tenant().uid)
        throw Error(ErrorCode::conflict, "the first tenant stays")
            .set_hint("it is the one that the registry in this server is for");
    if (!find(uid))
        throw Error(ErrorCode::not_found, fmt::format("there is no tenant {}", berth::quoted(uid)))
            .set_hint("berth tenant ls lists all");
}

void Tenants::remove(std::string_view uid) {
    check_removable(uid);
    auto connection = database_.pool().lease();
    db::Transaction transaction(*connection);
    connection->run("DELETE FROM api_keys WHERE tenant = $1", uid);
    connection->run("DELETE FROM projects WHERE tenant = $1", uid);
    connection->run("DELETE FROM audit WHERE tenant = $1", uid);
    connection->run("DELETE FROM tenants WHERE uid = $1", uid);
    connection->run(
        "INSERT INTO removed_tenants (uid, removed) VALUES ($1, $2) ON CONFLICT (uid) DO NOTHING",
        uid, milliseconds(database_.now()));
    transaction.commit();
}

std::vector<std::string> Tenants::removed() {
    auto connection = database_.pool().lease();
    db::Statement row = connection->prepare("SELECT uid FROM removed_tenants ORDER BY removed");
    std::vector<std::string> all;
    while (row.next()) all.push_back(row.text(0));
    return all;
}

void Tenants::forget_removed(std::string_view uid) {
    database_.pool().lease()->run("DELETE FROM removed_tenants WHERE uid = $1", uid);
}

} // namespace berth::identity
