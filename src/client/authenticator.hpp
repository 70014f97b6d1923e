// Authenticator: what goes into the Authorization field of a request to one registry.
#pragma once

#include "base/synchronized.hpp"
#include "client/challenge.hpp"
#include "client/endpoint.hpp"
#include "client/remote_registry.hpp"
#include "client/scope.hpp"
#include "client/token_cache.hpp"
#include "client/token_service.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace berth::client {

/// What a request is about, as far as credentials go.
struct AccessWanted {
    std::string repository = {}; ///< "" for the registry itself
    Scopes scopes = {};
};

/// Learns from the first challenge how the registry wants to be talked to, so that later requests
/// carry their credential at once. Any thread.
class Authenticator {
public:
    /// `endpoint` and the dependencies must outlive it.
    Authenticator(const Endpoint& endpoint, RemoteDependencies dependencies);

    /// The field's value as far as it is known, empty for none. May ask the token service.
    Secret authorization_for(const AccessWanted& wanted);
    /// The value that answers a 401 with `challenges`, when the request carried `rejected`.
    /// Errors: unauthorized if there is nothing better to offer, and why.
    Secret answer(const std::vector<Challenge>& challenges, const AccessWanted& wanted,
                  const Secret& rejected);
    /// The registry says that `rejected` has expired: what to try once more with, or nothing.
    /// Errors: those of getting another one.
    std::optional<Secret> renewed(const AccessWanted& wanted, const Secret& rejected);
    /// "user \"ada\"" or "anonymous access", for messages.
    std::string identity(const AccessWanted& wanted);

private:
    enum class Scheme { unknown, basic, bearer };
    struct Learned {
        Scheme scheme = Scheme::unknown;
        std::optional<TokenRealm> realm;
        /// By our own scopes: what the registry asked for instead.
        std::map<std::string, Scopes> widened;
    };

    std::optional<registry::Credential> credential(const AccessWanted& wanted);
    Secret bearer(const TokenRealm& realm, const AccessWanted& wanted, const Scopes& scopes);
    Secret answer_bearer(const Challenge& challenge, const AccessWanted& wanted,
                         const Secret& rejected);
    Secret answer_basic(const AccessWanted& wanted, const Secret& rejected);
    /// The field of the credential that is there now; asked for anew if it is `rejected`.
    std::optional<Secret> other_basic(const AccessWanted& wanted, const Secret& rejected);
    TokenRealm realm_of(const Challenge& challenge) const;
    void check_realm(const TokenRealm& realm) const;
    Error no_answer(const std::vector<Challenge>& challenges) const;

    const Endpoint& endpoint_;
    RemoteDependencies dependencies_;
    TokenCache tokens_;
    Synchronized<Learned> learned_;
};

} // namespace berth::client
