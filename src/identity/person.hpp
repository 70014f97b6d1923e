// Person: who asks the management API, and what their role lets them do.
#pragma once

#include "access/rights.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace berth::identity {

/// Ordered: each may all that those before it may.
enum class Role { viewer, editor, tenant_admin };
std::string_view text_of(Role role) noexcept; ///< "viewer", "editor", "tenant_admin"
std::optional<Role> parse_role(std::string_view text) noexcept;

/// What an operation of the API needs. One table in person.cpp says which role has what, there and
/// in the registry of this server.
enum class Right {
    see,    ///< look at registries and what is in them
    use,    ///< sync, try, and all that changes nothing that is registered
    manage, ///< register, change and delete registries, users and projects; see the audit trail;
            ///< other people's keys
};

bool may(Role role, Right right) noexcept;
/// What somebody of this role may do with the repositories that they are let into.
access::Actions actions_of(Role role) noexcept;
std::string_view text_of(Right right) noexcept; ///< "see", "use", "manage"
std::optional<Right> parse_right(std::string_view text) noexcept;

/// How the person proved who they are: what an audit line says of it.
enum class Proof { session, token, api_key };
std::string_view text_of(Proof proof) noexcept; ///< "session", "token", "apiKey"

struct Person {
    std::string tenant; ///< uid; objects of other tenants are not there for this person
    std::string uid;    ///< 24 hex digits
    std::string name;   ///< as typed at login
    Role role = Role::viewer;
    Proof proof = Proof::session;
    /// Of an API key: at most this right, whatever the role.
    Right most = Right::manage;

    bool may(Right right) const noexcept { return right <= most && identity::may(role, right); }
};

/// The greatest right that the person has now.
Right most_of(const Person& person) noexcept;

} // namespace berth::identity
