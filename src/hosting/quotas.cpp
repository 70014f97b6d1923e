#include "hosting/quotas.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace berth::hosting {

namespace {

std::string name_of(std::string_view prefix) {
    return prefix.empty() ? "the registry" : fmt::format("{}", berth::quoted(prefix));
}

std::uint64_t unsigned_of(std::int64_t value) {
    return static_cast<std::uint64_t>(value);
}

struct BlobRow {
    std::uint64_t size;
    std::int64_t links;
};

BlobRow blob_row(db::Connection& connection, std::int64_t blob) {
    auto found = connection.prepare("SELECT size, links FROM blobs WHERE id = $1", blob);
    if (!found.next()) throw Error(ErrorCode::corrupt, "the index links a blob that it has not");
    return {unsigned_of(found.integer(0)), found.integer(1)};
}

[[noreturn]] void refuse(const Quota& quota, std::string_view unit, std::uint64_t limit,
                         std::uint64_t used, std::uint64_t wanted) {
    throw Error(ErrorCode::denied,
                fmt::format("the quota of {} is {} {}: {} are used and {} more are wanted",
                            name_of(quota.prefix), limit, unit, used, wanted))
        .set_hint(
            "delete what is not needed (space comes back when garbage is collected), or ask "
            "an administrator for a larger quota");
}

/// How many repositories of the prefix show the blob after one more, or one less, does.
std::int64_t count_link(db::Connection& connection, std::int64_t usage, std::int64_t blob,
                        std::int64_t change) {
    auto changed = connection.prepare(
        "INSERT INTO usage_blobs (usage, blob, links) VALUES ($1, $2, $3) "
        "ON CONFLICT (usage, blob) DO UPDATE SET links = links + $3 RETURNING links",
        usage, blob, change);
    changed.next();
    const auto links = changed.integer(0);
    changed.run();
    if (links == 0) {
        connection.run("DELETE FROM usage_blobs WHERE usage = $1 AND blob = $2", usage, blob);
    }
    return links;
}

/// Nothing if the quota went just now.
std::optional<Usage> stored_usage(db::Connection& connection, std::int64_t id) {
    auto found = connection.prepare("SELECT prefix, bytes, objects FROM usage WHERE id = $1", id);
    if (!found.next()) return std::nullopt;
    return Usage{found.text(0), unsigned_of(found.integer(1)), unsigned_of(found.integer(2))};
}

/// Repositories of a prefix as a range: names from $1 on, before $2, and of these $3 or from $4.
/// Between "team" and "team/" other names lie, as "team-a" does.
constexpr std::string_view blobs_of_prefix =
    "FROM repositories CROSS JOIN links ON links.repository = repositories.id "
    "WHERE repositories.name >= $1 AND repositories.name < $2 "
    "AND (repositories.name = $1 OR repositories.name >= $3)";
constexpr std::string_view manifests_of_prefix =
    "FROM repositories CROSS JOIN manifests ON manifests.repository = repositories.id "
    "WHERE repositories.name >= $1 AND repositories.name < $2 "
    "AND (repositories.name = $1 OR repositories.name >= $3)";

struct NameRange {
    std::string first;
    std::string end;
    std::string below;
};

NameRange range_of(std::string_view prefix) {
    // Names are ASCII: nothing is after 0x7f. A slash is one before '0'.
    if (prefix.empty()) return {"", "\x7f", ""};
    return {std::string(prefix), fmt::format("{}0", prefix), fmt::format("{}/", prefix)};
}

std::int64_t new_row(db::Connection& connection, const std::string& prefix) {
    const auto range = range_of(prefix);
    const auto used = computed_usage(connection, prefix);
    connection.run("INSERT INTO usage (prefix, bytes, objects) VALUES ($1, $2, $3)", prefix,
                   static_cast<std::int64_t>(used.bytes), static_cast<std::int64_t>(used.objects));
    auto found = connection.prepare("SELECT id FROM usage WHERE prefix = $1", prefix);
    found.next();
    const auto id = found.integer(0);
    // What the whole registry shows is counted by the blobs' own rows.
    if (!prefix.empty()) {
        connection.run(fmt::format("INSERT INTO usage_blobs (usage, blob, links) "
                                   "SELECT $4, links.blob, count(*) {} GROUP BY links.blob",
                                   blobs_of_prefix),
                       range.first, range.end, range.below, id);
    }
    return id;
}

std::map<std::string, std::int64_t> stored_rows(db::Connection& connection) {
    std::map<std::string, std::int64_t> rows;
    auto found = connection.prepare("SELECT prefix, id FROM usage");
    while (found.next()) rows.emplace(found.text(0), found.integer(1));
    return rows;
}

} // namespace

std::string normal_prefix(std::string prefix) {
    while (prefix.ends_with('/')) prefix.pop_back();
    return prefix;
}

Quotas::Quotas(const std::vector<Quota>& quotas) {
    for (auto quota : quotas) {
        quota.prefix = normal_prefix(std::move(quota.prefix));
        auto key = quota.prefix;
        if (!tracked_.try_emplace(std::move(key), Tracked{0, quota}).second) {
            throw Error(ErrorCode::usage, fmt::format("{} has two quotas", name_of(quota.prefix)))
                .set_hint("leave one of them");
        }
    }
    tracked_.try_emplace("", Tracked{});
}

void Quotas::track(db::Connection& connection) {
    const auto rows = stored_rows(connection);
    for (const auto& [prefix, id] : rows) {
        if (tracked_.contains(prefix)) continue;
        connection.run("DELETE FROM usage_blobs WHERE usage = $1", id);
        connection.run("DELETE FROM usage WHERE id = $1", id);
    }
    for (auto& [prefix, tracked] : tracked_) {
        const auto row = rows.find(prefix);
        tracked.id = row == rows.end() ? new_row(connection, prefix) : row->second;
    }
}

void Quotas::load(db::Connection& connection) {
    const auto rows = stored_rows(connection);
    std::erase_if(tracked_, [&](const auto& each) { return !rows.contains(each.first); });
    for (const auto& [prefix, id] : rows)
        tracked_.try_emplace(prefix, Tracked{0, {.prefix = prefix}}).first->second.id = id;
}

std::vector<const Quotas::Tracked*> Quotas::covering(std::string_view repository) const {
    std::vector<const Tracked*> found;
    const auto look_up = [&](std::string_view prefix) {
        const auto each = tracked_.find(prefix);
        if (each != tracked_.end()) found.push_back(&each->second);
    };
    look_up("");
    for (auto slash = repository.find('/'); slash != repository.npos;
         slash = repository.find('/', slash + 1))
        look_up(repository.substr(0, slash));
    look_up(repository);
    return found;
}

void Quotas::grow(db::Connection& connection, const Tracked& tracked, std::uint64_t bytes) {
    connection.run("UPDATE usage SET bytes = bytes + $1, objects = objects + 1 WHERE id = $2",
                   static_cast<std::int64_t>(bytes), tracked.id);
    const auto& quota = tracked.quota;
    if (!quota.bytes && !quota.objects) return;
    const auto sum = stored_usage(connection, tracked.id);
    if (!sum) throw Error(ErrorCode::corrupt, "the index lost the sums of a quota");
    if (quota.bytes && bytes > 0 && sum->bytes > *quota.bytes)
        refuse(quota, "bytes", *quota.bytes, sum->bytes - bytes, bytes);
    if (quota.objects && sum->objects > *quota.objects)
        refuse(quota, "manifests and blobs", *quota.objects, sum->objects - 1, 1);
}

void Quotas::shrink(db::Connection& connection, const Tracked& tracked, std::uint64_t bytes) {
    connection.run("UPDATE usage SET bytes = bytes - $1, objects = objects - 1 WHERE id = $2",
                   static_cast<std::int64_t>(bytes), tracked.id);
}

void Quotas::blob_linked(db::Connection& connection, std::string_view repository,
                         std::int64_t blob) const {
    const auto row = blob_row(connection, blob);
    for (const auto* tracked : covering(repository)) {
        const bool whole = tracked->quota.prefix.empty();
        const auto links = whole ? row.links : count_link(connection, tracked->id, blob, 1);
        if (links == 1) grow(connection, *tracked, row.size);
    }
}

void Quotas::blob_unlinked(db::Connection& connection, std::string_view repository,
                           std::int64_t blob) const {
    const auto row = blob_row(connection, blob);
    for (const auto* tracked : covering(repository)) {
        const bool whole = tracked->quota.prefix.empty();
        const auto links = whole ? row.links : count_link(connection, tracked->id, blob, -1);
        if (links == 0) shrink(connection, *tracked, row.size);
    }
}

void Quotas::manifest_added(db::Connection& connection, std::string_view repository,
                            std::uint64_t bytes) const {
    for (const auto* tracked : covering(repository)) grow(connection, *tracked, bytes);
}

void Quotas::manifest_removed(db::Connection& connection, std::string_view repository,
                              std::uint64_t bytes) const {
    for (const auto* tracked : covering(repository)) shrink(connection, *tracked, bytes);
}

bool Quotas::bounds(std::string_view repository) const {
    const auto above = covering(repository);
    return std::any_of(above.begin(), above.end(),
                       [](const Tracked* tracked) { return tracked->quota.bytes.has_value(); });
}

void Quotas::require_room(db::Connection& connection, std::string_view repository,
                          std::uint64_t bytes, const std::optional<oci::Digest>& digest) const {
    for (const auto* tracked : covering(repository)) {
        const auto& quota = tracked->quota;
        if (!quota.bytes || bytes == 0) continue;
        const auto sum = stored_usage(connection, tracked->id);
        if (!sum) continue;
        const auto used = sum->bytes;
        // Content that the prefix holds already takes no room, however full it is.
        if (bytes <= *quota.bytes && !digest) continue;
        if (bytes <= *quota.bytes && used <= *quota.bytes - bytes) continue;
        if (digest) {
            const auto held = connection
                                  .prepare(
                                      "SELECT 1 FROM blobs JOIN usage_blobs ON "
                                      "usage_blobs.blob = blobs.id AND usage_blobs.usage = $1 "
                                      "WHERE blobs.digest = $2 UNION ALL "
                                      "SELECT 1 FROM blobs WHERE digest = $2 AND links > 0 "
                                      "AND $3 = ''",
                                      tracked->id, digest->text(), quota.prefix)
                                  .next();
            if (held) continue;
        }
        refuse(quota, "bytes", *quota.bytes, used, bytes);
    }
}

std::vector<Usage> Quotas::usage(db::Connection& connection) {
    std::vector<Usage> sums;
    auto found = connection.prepare("SELECT prefix, bytes, objects FROM usage ORDER BY prefix");
    while (found.next()) {
        sums.push_back(
            {found.text(0), unsigned_of(found.integer(1)), unsigned_of(found.integer(2))});
    }
    return sums;
}

Usage Quotas::usage(db::Connection& connection, std::string_view prefix) const {
    const auto tracked = tracked_.find(prefix);
    if (tracked != tracked_.end()) {
        if (auto stored = stored_usage(connection, tracked->second.id)) return *stored;
    }
    return computed_usage(connection, prefix);
}

Usage computed_usage(db::Connection& connection, std::string_view prefix) {
    const auto range = range_of(prefix);
    Usage used{.prefix = std::string(prefix)};
    const auto add = [&](std::string_view sql) {
        auto summed = connection.prepare(sql, range.first, range.end, range.below);
        summed.next();
        used.objects += unsigned_of(summed.integer(0));
        used.bytes += unsigned_of(summed.integer(1));
    };
    add(
        fmt::format("SELECT count(*), coalesce(sum(size), 0) FROM blobs WHERE id IN "
                    "(SELECT links.blob {})",
                    blobs_of_prefix));
    add(fmt::format("SELECT count(*), coalesce(sum(length(manifests.bytes)), 0) {}",
                    manifests_of_prefix));
    return used;
}

} // namespace berth::hosting
