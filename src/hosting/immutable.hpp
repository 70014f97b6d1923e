// What an immutable tag leads to: the manifest that it names, and what that manifest's index lists.
#pragma once

#include "db/connection.hpp"
#include "hosting/policy_rules.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace berth::hosting {

/// A repository as its rows know it.
struct RepositoryRow {
    std::int64_t id;
    std::string_view name;
};

/// An immutable tag that leads to the manifest, by itself or through indexes; nothing if there is
/// none.
std::optional<std::string> immutable_tag_above(db::Connection& connection, const PolicyRules& rules,
                                               const RepositoryRow& repository,
                                               const std::string& manifest);

/// Error denied if an immutable tag leads to the manifest.
void require_mutable_manifest(db::Connection& connection, const PolicyRules& rules,
                              const RepositoryRow& repository, const std::string& manifest);
/// Error denied if an immutable tag leads to a manifest that lists the blob.
void require_mutable_blob(db::Connection& connection, const PolicyRules& rules,
                          const RepositoryRow& repository, const std::string& blob);

} // namespace berth::hosting
