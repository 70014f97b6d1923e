#include "ecr/region_state.hpp"

#include "aws/error.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace berth::ecr {
namespace {

using Time = std::chrono::system_clock::time_point;

std::string short_digest(std::string_view digest) {
    const std::size_t colon = digest.find(':');
    return std::string(digest.substr(0, colon == std::string_view::npos ? 12 : colon + 13));
}

RegionVerdict lagging(const TagFacts& tag, const ThereFacts& there, bool under_way, Time now) {
    RegionVerdict verdict{
        .state = RegionState::lagging,
        .cause = under_way
                     ? fmt::format("AWS says that it is replicating it to {}", there.region)
                     : fmt::format("it was pushed a short while ago, and a rule leads it to {}",
                                   there.region),
        .remedy = "wait: replication takes less than half an hour as a rule",
        .since = tag.pushed};
    if (tag.pushed && now - *tag.pushed > replication_grace)
        verdict.remedy =
            "it takes longer than the half hour that is usual: fill the gap by a copy, or ask "
            "AWS's support";
    return verdict;
}

RegionVerdict failed(const aws::ReplicationRecord& record, const ThereFacts& there) {
    const std::string code =
        record.failure_code.empty() ? "without a reason" : berth::quoted(record.failure_code);
    return {.state = RegionState::failed,
            .cause = fmt::format("AWS could not replicate it to {}: {}", there.region, code),
            .remedy =
                "mend what AWS names (a key, the registry's policy there, a region that is "
                "off); AWS does not try again: fill the gap by a copy, or push it again",
            .failure_code = record.failure_code};
}

RegionVerdict not_covered(const TagFacts& tag, const ThereFacts& there) {
    return {.state = RegionState::not_covered,
            .cause = there.rules
                         ? fmt::format("no replication rule of {} leads the repository {} to {}",
                                       there.from, tag.repository, there.region)
                         : fmt::format("AWS knows of no replication of it to {}; the rules cannot "
                                       "be read",
                                       there.region),
            .remedy =
                "fill the gap by a copy; for what comes, add a rule: it takes what is "
                "pushed after it was made, and nothing older"};
}

RegionVerdict predates(const ThereFacts& there) {
    return {.state = RegionState::predates_rule,
            .cause = fmt::format("a rule leads it to {}, but AWS knows of no replication: it was "
                                 "pushed before the rule was made",
                                 there.region),
            .remedy = "fill the gap by a copy, or push it again"};
}

RegionVerdict removed(const ThereFacts& there) {
    return {.state = RegionState::removed,
            .cause = fmt::format("AWS replicated it to {}, and it has gone there since: deleted, "
                                 "untagged, or expired by a lifecycle policy",
                                 there.region),
            .remedy =
                "fill the gap by a copy if it is to be there; else look at the lifecycle "
                "policy of the repository there"};
}

RegionVerdict missing(const TagFacts& tag, const ThereFacts& there) {
    return {.state = RegionState::missing,
            .cause = fmt::format("it is not in {}, and AWS was not heard on why: {}", there.region,
                                 tag.unasked),
            .remedy = "fill the gap by a copy; the doctor says which rights are missing"};
}

bool covered(const TagFacts& tag, const ThereFacts& there) {
    return std::any_of(there.rules->begin(), there.rules->end(), [&](const auto& rule) {
        return rule.covers(tag.repository, {there.region, there.account});
    });
}

/// Of a tag that is not in the region at all.
RegionVerdict judge_absent(const TagFacts& tag, const ThereFacts& there, Time now) {
    if (tag.replication) {
        for (const aws::ReplicationRecord& record : *tag.replication) {
            if (record.to.region != there.region || record.to.account != there.account) continue;
            if (record.status == "FAILED") return failed(record, there);
            if (record.status == "COMPLETE") return removed(there);
            return lagging(tag, there, true, now);
        }
    }
    if (!there.rules) return tag.replication ? not_covered(tag, there) : missing(tag, there);
    if (!covered(tag, there)) return not_covered(tag, there);
    if (tag.pushed && now - *tag.pushed <= replication_grace)
        return lagging(tag, there, false, now);
    return tag.replication ? predates(there) : missing(tag, there);
}

RegionVerdict judge_other(const TagFacts& tag, const ThereFacts& there, const std::string& digest) {
    const std::string found =
        fmt::format("the tag is {} in {} and {} in {}", short_digest(tag.digest), there.from,
                    short_digest(digest), there.region);
    const bool untagged = there.digests.contains(tag.digest);
    if (there.settings.is_immutable(tag.tag))
        return {.state = RegionState::blocked,
                .cause = fmt::format("{}, where tags cannot be set anew{}", found,
                                     untagged ? ": the image arrived, without the tag" : ""),
                .remedy =
                    "a person has to decide: delete the tag there if it is the wrong one, "
                    "or publish under a new tag"};
    return {.state = RegionState::diverged,
            .cause = fmt::format("{}: pushed there by somebody, or moved in {} and not replicated",
                                 found, there.from),
            .remedy =
                "find out which of the two is meant; nothing overwrites it here. Pull by "
                "digest meanwhile"};
}

} // namespace

std::string_view text_of(RegionState state) noexcept {
    constexpr std::array<std::string_view, region_states> texts{
        "in_sync", "lagging", "failed",  "not_covered",   "predates_rule",
        "removed", "missing", "partial", "no_repository", "diverged",
        "blocked", "extra",   "denied",  "unreachable",   "region_off"};
    return texts[static_cast<std::size_t>(state)];
}

bool can_be_filled(RegionState state) noexcept {
    return state > RegionState::in_sync && state <= RegionState::no_repository;
}

RegionVerdict judge(const TagFacts& tag, const ThereFacts& there, Time now) {
    const auto found = there.tags.find(tag.tag);
    if (found == there.tags.end()) return judge_absent(tag, there, now);
    if (found->second == tag.digest) return {};
    return judge_other(tag, there, found->second);
}

RegionVerdict extra_verdict(const std::string& region, const std::string& from,
                            bool repository_too) {
    return {.state = RegionState::extra,
            .cause = fmt::format("{} in {} and not in {}: deleted there, which is not replicated, "
                                 "or pushed to {} alone",
                                 repository_too ? "the repository is" : "the tag is", region, from,
                                 region),
            .remedy =
                fmt::format("delete it in {} if nobody needs it; nothing is deleted here", region)};
}

RegionVerdict partial_verdict(const std::string& region, const std::vector<std::string>& missing,
                              std::size_t children) {
    return {
        .state = RegionState::partial,
        .cause = fmt::format("the index is in {}, but {} of the {} manifests that it lists "
                             "{} not: {}{}",
                             region, missing.size(), children, missing.size() == 1 ? "is" : "are",
                             short_digest(missing.front()), missing.size() == 1 ? "" : ", …"),
        .remedy = "fill the gap by a copy"};
}

RegionVerdict no_repository_verdict(const std::string& repository, const std::string& region) {
    return {.state = RegionState::no_repository,
            .cause = fmt::format("there is no repository {} in {}", repository, region),
            .remedy =
                "fill the gap and let the repository be made with it; for what comes, a "
                "creation template for replication and a rule"};
}

RegionVerdict failure_verdict(const Error& error, const std::string& region, bool elsewhere) {
    RegionVerdict verdict{
        .state = RegionState::unreachable, .cause = error.message(), .remedy = error.hint()};
    const auto* said = dynamic_cast<const aws::AwsError*>(&error);
    const auto cause = said == nullptr ? aws::Cause::failed : said->cause;
    if (cause == aws::Cause::denied) verdict.state = RegionState::denied;
    if (cause == aws::Cause::region_off ||
        (elsewhere && (cause == aws::Cause::unknown_key || cause == aws::Cause::wrong_secret))) {
        verdict.state = RegionState::region_off;
        verdict.cause = fmt::format(
            "AWS does not know the keys in {}, which it knows elsewhere: "
            "the account has not enabled the region",
            region);
        verdict.remedy = fmt::format(
            "enable {} for the account (aws account enable-region), or "
            "take it off the list",
            region);
    }
    if (verdict.remedy.empty())
        verdict.remedy = "ask again later; the doctor tries each right of the region";
    return verdict;
}

} // namespace berth::ecr
