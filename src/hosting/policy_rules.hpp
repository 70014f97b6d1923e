// PolicyRules: a policy with its patterns read, ready to be asked.
#pragma once

#include "hosting/glob.hpp"
#include "hosting/policy.hpp"

#include <string_view>
#include <vector>

namespace berth::hosting {

/// A retention rule whose patterns are read.
struct KeepRule {
    Glob repositories;
    std::vector<Glob> keep_tags;
    RetentionRule rule;

    /// Whether it says anything about tags; a rule that does not leaves all of them.
    bool drops_tags() const {
        return !keep_tags.empty() || rule.keep_newest.has_value() || rule.keep_younger.has_value();
    }
    bool keeps_by_name(std::string_view tag) const;
};

/// Does not change once made: any thread.
class PolicyRules {
public:
    /// Error usage for a pattern that cannot be read, naming the rule that it stands in.
    explicit PolicyRules(const Policy& policy);

    /// Whether `tag`, once set, stays what it is.
    bool is_immutable(std::string_view repository, std::string_view tag) const;
    /// False if no tag of the repository can be immutable.
    bool has_immutable(std::string_view repository) const;
    /// The rule for this repository; null if there is none. Valid as long as this object.
    const KeepRule* retention(std::string_view repository) const;
    bool has_retention() const { return !keep_.empty(); }

private:
    struct Immutable {
        Glob repositories;
        std::vector<Glob> tags;
    };
    const Immutable* immutable_of(std::string_view repository) const;

    std::vector<KeepRule> keep_;
    std::vector<Immutable> immutable_;
};

} // namespace berth::hosting
