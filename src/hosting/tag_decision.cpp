#include "hosting/tag_decision.hpp"

#include "base/text.hpp"
#include "hosting/duration_text.hpp"

#include <fmt/format.h>

#include <limits>
#include <tuple>

namespace berth::hosting {

TagDecision::TagDecision(db::Connection& connection, const PolicyRules& rules, const KeepRule& rule,
                         const RepositoryRow& repository, std::int64_t now)
    : rules_(rules), rule_(rule), repository_(repository.name), now_(now) {
    const auto newest = rule.rule.keep_newest.value_or(0);
    if (newest == 0) return;
    constexpr std::uint64_t most = std::numeric_limits<std::int32_t>::max();
    auto found = connection.prepare(
        "SELECT updated_at, name FROM tags WHERE repository = $1 "
        "ORDER BY updated_at DESC, name DESC LIMIT 1 OFFSET $2",
        repository.id, static_cast<std::int64_t>(std::min(newest, most)) - 1);
    few_ = !found.next();
    if (few_) return;
    newest_from_ = found.integer(0);
    newest_from_name_ = found.text(1);
}

bool TagDecision::is_new(std::string_view tag, std::int64_t updated_at) const {
    const auto& rule = rule_.rule;
    if (rule.keep_younger && now_ - updated_at < rule.keep_younger->count()) return true;
    if (rule.keep_newest.value_or(0) == 0) return false;
    return few_ || std::tuple(updated_at, tag) >=
                       std::tuple(newest_from_, std::string_view(newest_from_name_));
}

bool TagDecision::stays(std::string_view tag, std::int64_t updated_at) const {
    return !rule_.drops_tags() || is_new(tag, updated_at) || rule_.keeps_by_name(tag) ||
           rules_.is_immutable(repository_, tag);
}

std::string TagDecision::reason(std::int64_t updated_at) const {
    const auto& rule = rule_.rule;
    auto text = fmt::format("pushed {} ago", duration_text(now_ - updated_at));
    if (rule.keep_newest) text += fmt::format(", not among the {} newest", *rule.keep_newest);
    if (rule.keep_younger)
        text += fmt::format(", older than {}", duration_text(rule.keep_younger->count()));
    if (!rule_.keep_tags.empty()) text += ", no pattern keeps its name";
    return text;
}

} // namespace berth::hosting
