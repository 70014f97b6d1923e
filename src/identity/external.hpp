// People whom somebody else vouches for: which role they have, and which user of users.json they
// are.
#pragma once

#include "access/users.hpp"
#include "base/error.hpp"
#include "identity/person.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace berth::identity {

/// Which groups of a provider have which role here.
struct RoleRules {
    std::vector<std::string> tenant_admins = {};
    std::vector<std::string> editors = {};
    std::vector<std::string> viewers = {};
    std::optional<Role> others = {}; ///< of who is in none of these; nothing: they may not log in
};

/// The greatest role of any of the groups; nothing if there is none.
std::optional<Role> role_for(const RoleRules& rules, const std::vector<std::string>& groups);

/// Why somebody whom a provider knows is not let in.
class NotAdmitted : public Error {
public:
    /// `word`: for pages, static storage: "not_mapped", "no_name", "name_taken", "disabled",
    /// "last_admin".
    NotAdmitted(std::string_view word, const std::string& message, std::string hint);

    std::string_view word() const noexcept { return word_; }

private:
    std::string_view word_;
};

struct ExternalPerson {
    std::string provider;
    std::string subject;
    std::string name;
    std::vector<std::string> groups = {};
};

/// The user who that is: found by provider and subject, so that nobody becomes another by taking
/// their name; made at the first login. Gets the role that the rules give them now. Errors:
/// NotAdmitted; those of access::Users.
access::User admit(access::Users& users, const ExternalPerson& person, const RoleRules& rules);

} // namespace berth::identity
