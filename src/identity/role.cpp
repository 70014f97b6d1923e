#include "identity/role.hpp"

#include "identity/token_text.hpp"

#include <algorithm>

namespace berth::identity {

namespace {

bool pushes(const access::User& user) {
    if (user.membership) return user.membership->actions.has(access::Action::push);
    return std::any_of(user.grants.begin(), user.grants.end(), [](const access::Grant& grant) {
        return grant.actions.has(access::Action::push);
    });
}

} // namespace

Role role_of(const access::User& user) noexcept {
    if (user.administers()) return Role::tenant_admin;
    return pushes(user) ? Role::editor : Role::viewer;
}

void set_role(access::User& user, Role role) {
    if (user.membership) {
        user.membership->admin = role == Role::tenant_admin;
        user.membership->actions = actions_of(role);
        return;
    }
    user.admin = role == Role::tenant_admin;
    if (user.admin) return;
    const auto actions = actions_of(role);
    for (auto& grant : user.grants) grant.actions = grant.actions.common(actions);
    std::erase_if(user.grants, [](const access::Grant& grant) { return grant.actions.none(); });
    if (user.grants.empty()) user.grants.push_back({.prefix = "", .actions = actions});
    if (role_of(user) == role) return;
    for (auto& grant : user.grants) grant.actions = actions;
}

std::string uid_of(std::string_view user_name) {
    return derived_uid("user", user_name);
}

} // namespace berth::identity
