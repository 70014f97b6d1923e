// The role of a user of users.json. It is not written there: it follows from what the user may do
// in the registry, or in their tenant if that is another one, and a change of role changes that.
#pragma once

#include "access/users.hpp"
#include "identity/person.hpp"

#include <string>
#include <string_view>

namespace berth::identity {

/// An admin is tenant_admin; who may push somewhere is an editor; others are viewers.
Role role_of(const access::User& user) noexcept;

/// Makes the user one of this role. In the registry's own tenant: the repositories that they are
/// let into stay the same; without any these are all. What is beyond the role goes.
void set_role(access::User& user, Role role);

/// The same as long as the name is.
std::string uid_of(std::string_view user_name);

} // namespace berth::identity
