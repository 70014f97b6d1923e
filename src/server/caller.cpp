#include "server/caller.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace berth::server {

namespace {

/// What follows the scheme, or nothing if the field is of another scheme.
std::optional<std::string_view> after_scheme(const net::Request& request, std::string_view scheme) {
    const auto field = request.headers.find("Authorization");
    if (!field || field->size() <= scheme.size() || (*field)[scheme.size()] != ' ' ||
        !equals_ignoring_case(field->substr(0, scheme.size()), scheme))
        return std::nullopt;
    return trimmed(field->substr(scheme.size() + 1));
}

Error wrong_credential(std::string message) {
    return Error(ErrorCode::unauthorized, std::move(message))
        .set_hint("log in again: berth login, docker login, helm registry login");
}

} // namespace

bool Caller::may(access::Action action, std::string_view repository) const {
    if (!identity_.may(action, repository)) return false;
    if (!token_access_) return true;
    for (const auto& scope : *token_access_) {
        if (scope.type == "repository" && scope.name == repository && scope.actions.has(action))
            return true;
    }
    return false;
}

bool Caller::sees(std::string_view repository) const {
    return identity_.may(access::Action::pull, repository) && spans_registry();
}

bool Caller::administers() const {
    return identity_.admin && spans_registry();
}

bool Caller::spans_registry() const {
    if (!token_access_) return true;
    return std::any_of(
        token_access_->begin(), token_access_->end(), [](const access::Scope& scope) {
            return scope.type == "registry" && scope.name == "catalog" && !scope.actions.none();
        });
}

void Caller::require(access::Action action, std::string_view repository) const {
    if (may(action, repository)) return;
    const auto what = fmt::format("{} on repository {}", name_of(action), repository);
    if (identity_.anonymous())
        throw Error(ErrorCode::unauthorized, fmt::format("{} needs a login", what));
    if (identity_.may(action, repository))
        throw Error(ErrorCode::unauthorized, fmt::format("the token does not cover {}", what));
    throw Error(ErrorCode::denied, fmt::format("user {} has no right to {}", identity_.name, what));
}

Caller Caller::now(access::Users& users) const {
    if (anonymous()) return {users.anonymous(), token_access_};
    auto identity = users.find(identity_.name);
    return {identity ? std::move(*identity) : access::Identity{.name = identity_.name},
            token_access_};
}

Caller Caller::with(access::Grant grant) const {
    Caller more = *this;
    more.identity_.grants.push_back(std::move(grant));
    return more;
}

std::optional<std::pair<std::string, Secret>> basic_credential(const net::Request& request) {
    const auto encoded = after_scheme(request, "Basic");
    if (!encoded) return std::nullopt;
    const auto text = from_base64(*encoded);
    const auto colon = text ? text->find(':') : std::string::npos;
    if (colon == std::string::npos)
        throw wrong_credential("the Basic credential is malformed: user:password in base64 is due");
    return std::pair(text->substr(0, colon), Secret(text->substr(colon + 1)));
}

access::Identity log_in(net::Request& request, std::string_view name, const Secret& password,
                        access::Users& users, access::RateLimiter* limiter) {
    request.actor = name;
    if (limiter != nullptr) limiter->admit_login(request.peer, name);
    auto identity = users.authenticate(name, password);
    if (identity) {
        if (limiter != nullptr) limiter->login_succeeded(request.peer, name);
        return std::move(*identity);
    }
    if (limiter != nullptr) limiter->login_failed(request.peer, name);
    throw wrong_credential("wrong user name or password");
}

Caller identify(net::Request& request, access::Users& users, access::TokenIssuer& tokens,
                access::RateLimiter* limiter) {
    if (const auto basic = basic_credential(request))
        return {log_in(request, basic->first, basic->second, users, limiter), std::nullopt};
    if (const auto bearer = after_scheme(request, "Bearer")) {
        auto token = tokens.verify(*bearer);
        if (!token) throw wrong_credential("the token is not valid, or no longer");
        request.actor = token->subject;
        auto identity =
            token->subject.empty() ? std::optional(users.anonymous()) : users.find(token->subject);
        if (!identity) throw wrong_credential("the token's user is gone");
        return {std::move(*identity), std::move(token->access)};
    }
    if (request.headers.find("Authorization"))
        throw wrong_credential("the Authorization field is neither Basic nor Bearer");
    return {users.anonymous(), std::nullopt};
}

} // namespace berth::server
