// Provider: logs people in by an OpenID Connect provider, with the authorization code flow and PKCE
// (OpenID Connect Core 1.0, RFC 7636).
#pragma once

#include "base/clock.hpp"
#include "base/json.hpp"
#include "base/secret.hpp"
#include "net/http.hpp"
#include "oidc/line.hpp"
#include "oidc/published.hpp"

#include <atomic>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace berth::oidc {

struct ProviderOptions {
    std::string name;  ///< in addresses: "corp"
    std::string label; ///< for people: "Corporate login"
    std::string issuer;
    std::string client_id;
    Secret client_secret = {}; ///< empty for a public client
    std::vector<std::string> scopes = {"openid", "profile", "email"};
    std::string name_claim = "preferred_username";
    std::string role_claim = "groups";
    std::string ca_file = {};
};

/// What one login is known by; all are texts that nobody can guess.
struct Attempt {
    std::string state;
    std::string nonce;
    std::string verifier; ///< 43 to 128 characters, as RFC 7636 wants them
    std::string redirect; ///< where the provider sends the person back to
};

/// What the provider sent back in the address.
struct Returned {
    std::optional<std::string> code = {};
    std::optional<std::string> state = {};
    std::optional<std::string> issuer = {};
    std::optional<std::string> error = {};
    std::optional<std::string> error_description = {};
};

/// Who has logged in, as the provider says.
struct Claimed {
    std::string subject;             ///< the provider's own name for them, for ever
    std::string name;                ///< of the claim for that; "" if it is not there
    std::vector<std::string> groups; ///< of the claim for roles; a text is one of these
};

/// Any thread.
class Provider {
public:
    /// Logins at once that may wait for a provider; each holds a worker of the server.
    static constexpr int most_logins = 16;

    /// `clock` must outlive it. Error usage for an issuer that cannot be one.
    Provider(ProviderOptions options, std::unique_ptr<net::HttpTransport> transport, Clock& clock);

    const std::string& name() const { return options_.name; }
    const std::string& label() const { return options_.label; }

    /// Where the person goes to log in. LoginFailure unreachable, broken, busy.
    std::string authorization_address(const Attempt& attempt, const std::stop_token& stop);
    /// What came of it. LoginFailure, each kind of it.
    Claimed redeem(const Attempt& attempt, const Returned& returned, const std::stop_token& stop);

    /// Where the person goes to log out of the provider, which sends them back to `return_to` if
    /// that is registered there (OpenID Connect RP-Initiated Logout 1.0). Nothing if it has no such
    /// place. LoginFailure unreachable, broken, busy.
    std::optional<std::string> log_out_address(std::string_view return_to,
                                               const std::stop_token& stop);

private:
    struct Tokens {
        std::string id_token;
        Secret access_token;
    };
    Tokens exchange(const Discovery& found, const Attempt& attempt, const std::string& code,
                    const std::stop_token& stop);
    json::Value verified(const Discovery& found, const std::string& id_token,
                         const std::string& nonce, const std::stop_token& stop);
    bool lacks_claims(const json::Value& claims) const;
    void add_userinfo(json::Value& claims, const Discovery& found, const Secret& access_token,
                      const std::stop_token& stop);
    Claimed claimed(const json::Value& claims) const;

    const ProviderOptions options_;
    Clock& clock_;
    Line line_;
    Published published_;
    std::atomic<int> logins_{0};
};

} // namespace berth::oidc
