// Caller: who sends a request, and what it may do.
#pragma once

#include "access/rate_limiter.hpp"
#include "access/rights.hpp"
#include "access/token.hpp"
#include "access/users.hpp"
#include "net/http_message.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace berth::server {

/// A token narrows what its user may do; a user whose rights were taken away has lost them at once,
/// whatever an older token says.
class Caller {
public:
    Caller(access::Identity identity, std::optional<std::vector<access::Scope>> token_access)
        : identity_(std::move(identity)), token_access_(std::move(token_access)) {}

    bool may(access::Action action, std::string_view repository) const;
    /// Whether a listing shows the repository: what the user may pull, to a token for listings.
    bool sees(std::string_view repository) const;
    /// Whether the user behind the caller may pull, whatever its token was asked for. For mounts:
    /// most clients ask for a token for the target alone, and cannot ask for a source that they
    /// do not name. What the user may not pull is never mounted.
    bool user_may_pull(std::string_view repository) const {
        return identity_.may(access::Action::pull, repository);
    }
    /// Errors: unauthorized for an anonymous caller or one whose token does not cover it, denied
    /// for everybody else.
    void require(access::Action action, std::string_view repository) const;
    bool anonymous() const { return identity_.anonymous(); }
    /// The same caller with the rights that its user has now; none if the user is gone.
    Caller now(access::Users& users) const;
    /// The same caller with one right more; its token narrows that too.
    Caller with(access::Grant grant) const;
    /// An administrator; by a token only if that is for more than single repositories.
    bool administers() const;
    const std::string& name() const { return identity_.name; }

    /// Not by a token that is for single repositories only.
    bool spans_registry() const;

private:
    access::Identity identity_;
    std::optional<std::vector<access::Scope>> token_access_;
};

/// Who logs in by name and password. Errors: unauthorized for a wrong pair; too_many_requests, with
/// no look at the pair, while too many from the same address were wrong. Sets the request's actor.
/// `limiter` may be null.
access::Identity log_in(net::Request& request, std::string_view name, const Secret& password,
                        access::Users& users, access::RateLimiter* limiter);

/// By the Authorization field: Basic, a bearer token of ours, or none. Wrong credentials are Error
/// unauthorized, also where anonymous callers would be served. Sets the request's actor. `limiter`
/// may be null.
Caller identify(net::Request& request, access::Users& users, access::TokenIssuer& tokens,
                access::RateLimiter* limiter);

/// User and password of a Basic Authorization field; nothing if there is none.
std::optional<std::pair<std::string, Secret>> basic_credential(const net::Request& request);

} // namespace berth::server
