// Realm: who may use the management API of one data directory, and by what they prove it.
//
// The people are those of users.json. What is here on top: sessions, tokens, API keys, projects,
// and the trail of what people did.
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

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

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
          projects_(database_) {}

    const Tenant& tenant() const { return database_.tenant(); }
    Sessions& sessions() { return sessions_; }
    ApiKeys& keys() { return keys_; }
    AuditTrail& trail() { return trail_; }
    Projects& projects() { return projects_; }

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

    access::Users& users_;
    access::TokenIssuer& tokens_;
    Database database_;
    Sessions sessions_;
    ApiKeys keys_;
    AuditTrail trail_;
    Projects projects_;
};

} // namespace berth::identity
