// Policies: what the hosted registry allows and what it forgets by itself.
//
// Patterns are globs over whole names: `*` is any run of characters but a slash, `**` any run, `?`
// one character, `[…]` a set. The first rule whose pattern matches a repository counts.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace berth::hosting {

/// How much the repositories whose name is `prefix`, or begins with `prefix` and a slash, may hold
/// together. A blob counts once per prefix, however many of its repositories show it; a blob that
/// other prefixes hold too counts in each. Manifests count with their bytes. "" is the registry.
struct Quota {
    std::string prefix;
    std::optional<std::uint64_t> bytes = {};
    std::optional<std::uint64_t> objects = {}; ///< manifests and blobs
};

/// Which tags stay. A tag of a matching repository stays if any part of the rule keeps it; a rule
/// without such a part leaves all tags alone. A manifest goes when no tag, no index and no subject
/// that stays leads to it and it is older than the grace time, counted from its last push or from
/// when a client took its tag away. Immutable tags always stay.
struct RetentionRule {
    std::string repositories = "**";
    std::vector<std::string> keep_tags = {};               ///< patterns that always stay
    std::optional<std::uint64_t> keep_newest = {};         ///< by the time of the last push
    std::optional<std::chrono::seconds> keep_younger = {}; ///< than this
    bool remove_untagged = true;
};

/// Tags that never point elsewhere once they are set, and cannot be deleted.
struct ImmutableTags {
    std::string repositories = "**";
    std::vector<std::string> tags = {};
};

struct Policy {
    std::vector<Quota> quotas = {};
    std::vector<RetentionRule> retention = {};
    std::vector<ImmutableTags> immutable = {};
};

} // namespace berth::hosting
