// UserChange: what a request wants to be different about a user.
#pragma once

#include "access/users.hpp"
#include "base/json.hpp"
#include "identity/person.hpp"

#include <optional>
#include <string>
#include <vector>

namespace berth::api {

/// Absent members stay as they are.
struct UserChange {
    std::optional<identity::Role> role = {};
    std::optional<std::vector<access::Grant>> grants = {};
    std::optional<bool> active = {};
    std::optional<std::string> first_name = {};
    std::optional<std::string> last_name = {};
};

/// What PUT takes: spec.roles (one of them), spec.grants, spec.firstName, spec.lastName,
/// status.isActive. FieldError usage.
UserChange read_user_change(const json::Object& body);

/// What PATCH takes, as the body of a PUT: add, replace and remove of those. FieldError usage.
json::Object put_of(const json::Array& patch);

/// FieldError usage for rights in the registry of a user of another tenant than its own, and for
/// rights that are not those of the role.
void apply(access::User& user, const UserChange& change);

/// Palette's v1User, with what the user may in the registry of this server and who vouches for
/// them.
json::Object write_user(const access::User& user);

} // namespace berth::api
