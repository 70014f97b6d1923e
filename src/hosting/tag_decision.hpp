// TagDecision: whether a retention rule keeps a tag.
#pragma once

#include "db/connection.hpp"
#include "hosting/immutable.hpp"
#include "hosting/policy_rules.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace berth::hosting {

/// For one repository at one moment.
class TagDecision {
public:
    /// Reads where the newest tags begin.
    TagDecision(db::Connection& connection, const PolicyRules& rules, const KeepRule& rule,
                const RepositoryRow& repository, std::int64_t now);

    bool stays(std::string_view tag, std::int64_t updated_at) const;
    /// Whether the tag stays for its age alone; then all that are newer stay too.
    bool is_new(std::string_view tag, std::int64_t updated_at) const;
    /// Why a tag does not stay.
    std::string reason(std::int64_t updated_at) const;

private:
    const PolicyRules& rules_;
    const KeepRule& rule_;
    std::string repository_;
    std::int64_t now_;
    bool few_ = false; ///< there are no more tags than are to stay
    std::int64_t newest_from_ = 0;
    std::string newest_from_name_;
};

} // namespace berth::hosting
