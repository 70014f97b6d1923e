#include "hosting/policy_rules.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace berth::hosting {

namespace {

Glob read_glob(const std::string& pattern, std::string_view section, std::size_t rule) {
    auto glob = Glob::parse(pattern);
    if (!glob) throw Error(glob.error()).add_context(fmt::format("{} rule {}", section, rule + 1));
    return std::move(*glob);
}

std::vector<Glob> read_globs(const std::vector<std::string>& patterns, std::string_view section,
                             std::size_t rule) {
    std::vector<Glob> globs;
    for (const auto& pattern : patterns) globs.push_back(read_glob(pattern, section, rule));
    return globs;
}

bool any_matches(const std::vector<Glob>& globs, std::string_view name) {
    return std::any_of(globs.begin(), globs.end(),
                       [&](const Glob& glob) { return glob.matches(name); });
}

template <class Rule>
const Rule* first_for(const std::vector<Rule>& rules, std::string_view repository) {
    const auto found = std::find_if(rules.begin(), rules.end(), [&](const Rule& rule) {
        return rule.repositories.matches(repository);
    });
    return found == rules.end() ? nullptr : &*found;
}

} // namespace

bool KeepRule::keeps_by_name(std::string_view tag) const {
    return any_matches(keep_tags, tag);
}

PolicyRules::PolicyRules(const Policy& policy) {
    for (std::size_t i = 0; i < policy.retention.size(); ++i) {
        const auto& rule = policy.retention[i];
        keep_.push_back({.repositories = read_glob(rule.repositories, "retention", i),
                         .keep_tags = read_globs(rule.keep_tags, "retention", i),
                         .rule = rule});
    }
    for (std::size_t i = 0; i < policy.immutable.size(); ++i) {
        const auto& rule = policy.immutable[i];
        immutable_.push_back({.repositories = read_glob(rule.repositories, "immutable", i),
                              .tags = read_globs(rule.tags, "immutable", i)});
    }
}

const PolicyRules::Immutable* PolicyRules::immutable_of(std::string_view repository) const {
    return first_for(immutable_, repository);
}

bool PolicyRules::is_immutable(std::string_view repository, std::string_view tag) const {
    const auto* rule = immutable_of(repository);
    return rule != nullptr && any_matches(rule->tags, tag);
}

bool PolicyRules::has_immutable(std::string_view repository) const {
    const auto* rule = immutable_of(repository);
    return rule != nullptr && !rule->tags.empty();
}

const KeepRule* PolicyRules::retention(std::string_view repository) const {
    return first_for(keep_, repository);
}

} // namespace berth::hosting
