// Tokens: what our token endpoint gives and our registry accepts (distribution's "token
// authentication", a JWT of RFC 7519 signed with HS256 by a key of this installation).
#pragma once

#include "access/rights.hpp"
#include "access/users.hpp"
#include "base/clock.hpp"
#include "base/json.hpp"
#include "base/secret.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace berth::access {

/// One part of a scope: "repository:NAME:ACTION,ACTION", or "registry:catalog:*".
struct Scope {
    std::string type;
    std::string name;
    Actions actions;

    /// Several are separated by spaces. Parts that make no sense are left out, as other token
    /// services do; at most 100.
    static std::vector<Scope> parse(std::string_view text);
    std::string text() const;
};

/// What a valid token says.
struct Token {
    std::string subject; ///< the user, "" for anonymous
    std::vector<Scope> access;
};

/// Any thread.
class TokenIssuer {
public:
    static constexpr std::chrono::seconds lifetime{300};

    /// `service`: who the tokens are for; a token for another service is not accepted.
    TokenIssuer(Secret key, std::string service, Clock& clock);

    const std::string& service() const { return service_; }
    /// A token for what `identity` may do of what `wanted` asks. Error usage if it asks for so much
    /// that the token would be longer than verify() takes.
    std::string issue(const Identity& identity, const std::vector<Scope>& wanted);
    /// Nothing unless the signature is ours, by HS256, and the token is for this service and
    /// valid now.
    std::optional<Token> verify(std::string_view text);

    static constexpr std::chrono::hours refresh_lifetime{24 * 90};
    /// Stands in for the user's password, for clients that had better not keep that. It opens
    /// nothing itself: the token endpoint takes it for tokens.
    std::string issue_refresh(const User& user);
    /// Whom a refresh token stands for; nothing if it is not ours or too old, or if the user is
    /// gone, disabled or has another password since.
    std::optional<User> verify_refresh(std::string_view text, const std::vector<User>& users);

    /// A user before another part of this server than the registry.
    struct Pass {
        User user;
        std::int64_t login_at; ///< Unix time at which the password was typed
    };
    /// A token for `part`, "/manage", which opens that alone, until the password changes or
    /// `lasting` is over.
    std::string issue_pass(const User& user, std::string_view part, std::int64_t login_at,
                           std::chrono::seconds lasting);
    /// Nothing unless it is ours, for `part` and valid now.
    std::optional<Pass> verify_pass(std::string_view text, std::string_view part, Users& users);

private:
    std::string seal(const json::Object& claims) const;
    /// The claims of what seal() gave for the audience `audience`, if they hold now.
    std::optional<json::Value> open(std::string_view text, std::string_view audience);
    std::string password_mark(const User& user) const;
    std::int64_t now();
    std::string sign(std::string_view text) const;

    Secret key_;
    std::string service_;
    Clock& clock_;
};

} // namespace berth::access
