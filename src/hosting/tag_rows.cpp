#include "hosting/index_rows.hpp"

#include <fmt/format.h>

namespace berth::hosting::rows {

namespace {

std::optional<std::string> tagged_digest(db::Connection& connection, std::int64_t repository,
                                         std::string_view tag) {
    auto found = connection.prepare("SELECT digest FROM tags WHERE repository = $1 AND name = $2",
                                    repository, tag);
    if (!found.next()) return std::nullopt;
    return found.text(0);
}

/// A pull that has resolved the tag a moment ago goes on to ask for the manifest by digest.
void start_grace(db::Connection& connection, std::int64_t repository, const std::string& digest,
                 std::int64_t now) {
    connection.run("UPDATE manifests SET untagged_at = $1 WHERE repository = $2 AND digest = $3",
                   now, repository, digest);
}

Error refused(std::string_view tag, std::string_view why) {
    return {ErrorCode::denied, fmt::format("the tag {} {}", tag, why)};
}

} // namespace

void set_tag(db::Connection& connection, std::int64_t repository, std::string_view tag,
             const oci::Digest& digest, bool immutable, std::int64_t now) {
    const auto old = tagged_digest(connection, repository, tag);
    if (old != digest.text()) {
        if (old && immutable) {
            throw refused(tag, fmt::format("is immutable and names {}", *old))
                .set_hint("push under another tag");
        }
        if (old) start_grace(connection, repository, *old, now);
    }
    connection.run(
        "INSERT INTO tags (repository, name, digest, updated_at) "
        "VALUES ($1, $2, $3, $4) "
        "ON CONFLICT (repository, name) DO UPDATE SET digest = $3, updated_at = $4",
        repository, tag, digest.text(), now);
}

bool remove_tag(db::Connection& connection, std::int64_t repository, std::string_view tag,
                std::int64_t now) {
    const auto digest = tagged_digest(connection, repository, tag);
    if (!digest) return false;
    connection.run("DELETE FROM tags WHERE repository = $1 AND name = $2", repository, tag);
    start_grace(connection, repository, *digest, now);
    return true;
}

} // namespace berth::hosting::rows
