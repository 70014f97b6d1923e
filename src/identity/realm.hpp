// Realm: who may use the management API of one data directory, and by what they prove it.
//
// The people are those of users.json, each of one tenant. What is here on top: tenants, sessions,
// tokens, API keys, projects, and the trail of what people did.
#pragma once

#include "access/token.hpp"
#include "access/users.hpp"
#include "identity/api_keys.hpp"
#include "identity/audit_trail.hpp"
#include "identity/database.hpp"
#include "identity/person.hpp"
#include "identity/projects.hpp"
#include "identity/role.hpp"
#include "identity/sessions.hpp"
#include "identity/tenants.hpp"

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace berth::identity {

/// Of a token of the management API. A refreshed one is as good as new, until session_lifetime
/// after the login.
inline constexpr std::chrono::minutes token_lifetime{15};

/// Any thread. Errors: those of db.
class Realm {
public:
    /// All must outlive it. `tokens` signs; what it gives here opens nothing of the registry, and
    /// the registry's tokens open nothing here.
    Realm(const std::filesystem::path& database, access::Users& users, access::TokenIssuer& tokens,
          Clock& clock)
        : users_(users),
          tokens_(tokens),
          database_(database, clock),
          sessions_(database_, users),
          keys_(database_),
          trail_(database_),
          projects_(database_),
          tenants_(database_) {}

    /// The first one, which the registry in this server is for.
    const Tenant& tenant() const { return database_.tenant(); }
    Tenants& tenants() { return tenants_; }
    Sessions& sessions() { return sessions_; }
    ApiKeys& keys() { return keys_; }
    AuditTrail& trail() { return trail_; }
    Projects& projects() { return projects_; }

    /// The uid of the one that a user belongs to.
    const std::string& tenant_of(const access::User& user) const;
    /// Makes a user who is nowhere yet one of this tenant, with this role.
    void settle(access::User& user, std::string_view tenant, Role role) const;
    /// Its users, by name.
    std::vector<access::User> users_of(std::string_view tenant);

    /// With the project "Default", and nobody in it. Errors: those of Tenants::add().
    Tenant add_tenant(std::string_view name);
    /// With its users and all that is here of theirs. Errors: those of Tenants::remove().
    void remove_tenant(std::string_view uid);

    Person person(const access::User& user, Proof proof) const;
    std::optional<Person> by_session(const Secret& token);
    /// By a text that is a token or an API key.
    std::optional<Person> by_text(const Secret& text);
    std::optional<Person> by_key(const Secret& text);

    std::string issue_token(const access::User& user);
    /// A new token for one that is valid; nothing for another, and for one whose login is too long
    /// ago.
    std::optional<std::string> refresh_token(std::string_view token);

private:
    std::optional<Person> by_token(const Secret& text);
    void remove_users_of(std::string_view tenant);

    access::Users& users_;
    access::TokenIssuer& tokens_;
    Database database_;
    Sessions sessions_;
    ApiKeys keys_;
    AuditTrail trail_;
    Projects projects_;
    Tenants tenants_;
};

} // namespace berth::identity
