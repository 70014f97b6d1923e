#include "identity/external.hpp"

#include "base/text.hpp"
#include "identity/role.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace berth::identity {
namespace {

bool holds(const std::vector<std::string>& all, const std::string& one) {
    return std::find(all.begin(), all.end(), one) != all.end();
}

std::optional<access::User> find(access::Users& users, const access::External& external) {
    for (auto& user : users.list())
        if (user.external == external) return user;
    return std::nullopt;
}

access::User with_role(access::Users& users, const access::User& user, Role role) {
    if (user.disabled)
        throw NotAdmitted("disabled", fmt::format("the user {} is disabled", user.name),
                          "an administrator can enable them");
    if (role_of(user) == role) return user;
    try {
        return users.update(user.name, [&](access::User& found) { set_role(found, role); });
    } catch (const Error& error) {
        if (error.code() != ErrorCode::conflict) throw;
        throw NotAdmitted("last_admin",
                          fmt::format("{} would be {} now, and is the last administrator",
                                      berth::quoted(user.name), text_of(role)),
                          error.hint());
    }
}

access::User make(access::Users& users, const ExternalPerson& person, Role role) {
    access::User user{.name = person.name, .password_hash = ""};
    user.external = access::External{person.provider, person.subject};
    set_role(user, role);
    try {
        users.add(user);
        return user;
    } catch (const Error& error) {
        if (error.code() == ErrorCode::usage)
            throw NotAdmitted(
                "no_name", error.message(),
                "name_claim in oidc.providers is the claim that names people: " + error.hint());
        if (error.code() != ErrorCode::conflict) throw;
    }
    // Somebody of this name is there: the same person, who logged in twice at once, or another.
    if (auto found = find(users, *user.external)) return with_role(users, *found, role);
    throw NotAdmitted("name_taken",
                      fmt::format("there is another user {}", berth::quoted(person.name)),
                      "a user of this server keeps their name: remove that one first, or take "
                      "another name_claim");
}

} // namespace

NotAdmitted::NotAdmitted(std::string_view word, const std::string& message, std::string hint)
    : Error(ErrorCode::denied, message), word_(word) {
    set_hint(std::move(hint));
}

std::optional<Role> role_for(const RoleRules& rules, const std::vector<std::string>& groups) {
    const auto any = [&](const std::vector<std::string>& wanted) {
        return std::any_of(groups.begin(), groups.end(),
                           [&](const std::string& group) { return holds(wanted, group); });
    };
    if (any(rules.tenant_admins)) return Role::tenant_admin;
    if (any(rules.editors)) return std::max(Role::editor, rules.others.value_or(Role::viewer));
    if (any(rules.viewers)) return std::max(Role::viewer, rules.others.value_or(Role::viewer));
    return rules.others;
}

access::User admit(access::Users& users, const ExternalPerson& person, const RoleRules& rules) {
    const auto role = role_for(rules, person.groups);
    if (!role)
        throw NotAdmitted(
            "not_mapped",
            fmt::format("{} is in no group that has a role here", berth::quoted(person.name)),
            "tenant_admins, editors, viewers and others of oidc.providers say who "
            "has which role");
    if (const auto found = find(users, {person.provider, person.subject}))
        return with_role(users, *found, *role);
    return make(users, person, *role);
}

} // namespace berth::identity
