// RegionState: how one tag of an ECR registry stands in one region, against the default region, and
// why.
//
// Pure: from what AWS told (region_matrix.hpp asks) to a state, a cause and a remedy in words.
#pragma once

#include "aws/ecr_records.hpp"
#include "base/error.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace berth::ecr {

enum class RegionState {
    in_sync,
    lagging,       ///< not there yet: replication is under way, or the push is young
    failed,        ///< AWS tried and gave up
    not_covered,   ///< not there, and no rule leads there
    predates_rule, ///< not there, a rule leads there, and AWS knows of no replication
    removed,       ///< AWS brought it, and it has gone since
    missing,       ///< not there, and AWS does not let us read why
    partial,       ///< there, but not all that its index lists
    no_repository, ///< its repository is not there
    diverged,      ///< the tag is another image there
    blocked,       ///< likewise, and the tag cannot be set anew
    extra,         ///< only there
    denied,        ///< we may not look
    unreachable,   ///< no answer, or one that says nothing
    region_off,    ///< the account has not enabled the region
};
inline constexpr std::size_t region_states = static_cast<std::size_t>(RegionState::region_off) + 1;
std::string_view text_of(RegionState state) noexcept; ///< "in_sync", …

/// Whether a copy from the default region would mend it without overwriting anything.
bool can_be_filled(RegionState state) noexcept;

/// What was found, why it is so, and what to do about it. The words are for a person.
struct RegionVerdict {
    RegionState state = RegionState::in_sync;
    std::string cause = {};
    std::string remedy = {};
    std::string failure_code = {};                                   ///< AWS's, if it failed
    std::optional<std::chrono::system_clock::time_point> since = {}; ///< of what lags
};

/// A tag in the default region and what is known of its way to another one.
struct TagFacts {
    std::string repository;
    std::string tag;
    std::string digest;
    std::optional<std::chrono::system_clock::time_point> pushed = {};
    /// Nothing if AWS was not asked or does not let us; `unasked` says why.
    std::optional<std::vector<aws::ReplicationRecord>> replication = {};
    std::string unasked = {};
};

/// One repository in the region that is judged. What it refers to must outlive it.
struct ThereFacts {
    std::string region;
    std::string account;
    const std::map<std::string, std::string, std::less<>>& tags; ///< tag to digest
    const std::set<std::string, std::less<>>& digests;           ///< also of what has no tag
    aws::RepositoryRecord settings = {};
    /// Nothing if they cannot be read.
    std::optional<std::vector<aws::ReplicationRule>> rules = {};
    std::string from = {}; ///< the default region
};

/// Longer than AWS says that replication takes for most images.
inline constexpr std::chrono::minutes replication_grace{30};

/// Of a tag that is not in sync, and of what is: equal digests. Partial content is another look.
RegionVerdict judge(const TagFacts& tag, const ThereFacts& there,
                    std::chrono::system_clock::time_point now);

RegionVerdict extra_verdict(const std::string& region, const std::string& from,
                            bool repository_too);
RegionVerdict partial_verdict(const std::string& region, const std::vector<std::string>& missing,
                              std::size_t children);
RegionVerdict no_repository_verdict(const std::string& repository, const std::string& region);
/// A call that failed in a region. `elsewhere`: the same keys work in the default region, so that
/// keys which are not known say something of the region.
RegionVerdict failure_verdict(const Error& error, const std::string& region, bool elsewhere);

} // namespace berth::ecr
