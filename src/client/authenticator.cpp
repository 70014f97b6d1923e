#include "client/authenticator.hpp"

#include "base/text.hpp"
#include "client/origin_rules.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace berth::client {
namespace {

constexpr std::size_t widened_limit = 4096;

Secret basic(const registry::Credential& credential) {
    return Secret("Basic " + to_base64(credential.user + ":" + credential.password.reveal()));
}

bool carries_secret(const std::optional<registry::Credential>& credential) {
    return credential && (!credential->user.empty() || !credential->identity_token.empty());
}

/// Of a field "Bearer TOKEN".
Secret token_of(const Secret& field) {
    constexpr std::string_view prefix = "Bearer ";
    return Secret(field.reveal().substr(std::min(prefix.size(), field.reveal().size())));
}

std::string token_key(const TokenRealm& realm, const AccessWanted& wanted, const Scopes& scopes) {
    return fmt::format("{}\n{}\n{}\n{}", realm.url.text(), realm.service, wanted.repository,
                       scopes.text());
}

} // namespace

Authenticator::Authenticator(const Endpoint& endpoint, RemoteDependencies dependencies)
    : endpoint_(endpoint), dependencies_(dependencies), tokens_(dependencies.clock) {}

std::optional<registry::Credential> Authenticator::credential(const AccessWanted& wanted) {
    return dependencies_.credentials.credential_for(endpoint_.name, wanted.repository);
}

std::string Authenticator::identity(const AccessWanted& wanted) {
    const auto mine = credential(wanted);
    if (!carries_secret(mine) && (!mine || mine->registry_token.empty())) return "anonymous access";
    if (!mine->user.empty()) return "user " + berth::quoted(mine->user);
    return "the holder of the configured token";
}

Secret Authenticator::authorization_for(const AccessWanted& wanted) {
    const Learned learned = learned_.with([](Learned& known) { return known; });
    const auto mine = credential(wanted);
    if (mine && !mine->registry_token.empty())
        return Secret("Bearer " + mine->registry_token.reveal());
    if (learned.scheme == Scheme::basic && mine && !mine->user.empty()) return basic(*mine);
    if (learned.scheme != Scheme::bearer) return {};
    const auto wider = learned.widened.find(wanted.scopes.text());
    return bearer(*learned.realm, wanted,
                  wider == learned.widened.end() ? wanted.scopes : wider->second);
}

Secret Authenticator::bearer(const TokenRealm& realm, const AccessWanted& wanted,
                             const Scopes& scopes) {
    const Secret token = tokens_.get(token_key(realm, wanted, scopes), [&] {
        const auto mine = credential(wanted);
        if (carries_secret(mine)) check_realm(realm);
        return fetch_token(dependencies_.transport, endpoint_, realm, scopes, mine,
                           dependencies_.clock, dependencies_.stop);
    });
    return Secret("Bearer " + token.reveal());
}

Secret Authenticator::answer(const std::vector<Challenge>& challenges, const AccessWanted& wanted,
                             const Secret& rejected) {
    const auto mine = credential(wanted);
    if (mine && !mine->registry_token.empty())
        throw Error(ErrorCode::unauthorized,
                    fmt::format("{} did not accept the configured bearer token", endpoint_.name))
            .set_hint(login_hint, endpoint_.log_in());
    if (const auto challenge = find_challenge(challenges, "bearer"))
        return answer_bearer(*challenge, wanted, rejected);
    // Some registries say nothing but 401; a password is then worth one try.
    if (find_challenge(challenges, "basic") || challenges.empty())
        return answer_basic(wanted, rejected);
    throw no_answer(challenges);
}

std::optional<Secret> Authenticator::other_basic(const AccessWanted& wanted,
                                                 const Secret& rejected) {
    auto mine = credential(wanted);
    if (!mine || mine->user.empty()) return std::nullopt;
    // Somebody else may have renewed it meanwhile.
    if (basic(*mine).reveal() != rejected.reveal()) return basic(*mine);
    if (!dependencies_.credentials.renews()) return std::nullopt;
    dependencies_.credentials.expired(endpoint_.name, *mine);
    mine = credential(wanted);
    if (!mine || basic(*mine).reveal() == rejected.reveal()) return std::nullopt;
    return basic(*mine);
}

std::optional<Secret> Authenticator::renewed(const AccessWanted& wanted, const Secret& rejected) {
    const Learned learned = learned_.with([](Learned& known) { return known; });
    if (learned.scheme == Scheme::basic) return other_basic(wanted, rejected);
    if (learned.scheme != Scheme::bearer) return std::nullopt;
    const auto wider = learned.widened.find(wanted.scopes.text());
    const Scopes& scopes = wider == learned.widened.end() ? wanted.scopes : wider->second;
    tokens_.drop(token_key(*learned.realm, wanted, scopes), token_of(rejected));
    return bearer(*learned.realm, wanted, scopes);
}

Secret Authenticator::answer_bearer(const Challenge& challenge, const AccessWanted& wanted,
                                    const Secret& rejected) {
    const TokenRealm realm = realm_of(challenge);
    Scopes scopes = wanted.scopes;
    scopes.merge(Scopes::parse(challenge.parameter("scope")));
    learned_.with([&](Learned& learned) {
        learned.scheme = Scheme::bearer;
        learned.realm = realm;
        if (learned.widened.size() >= widened_limit) learned.widened.clear();
        if (scopes.text() != wanted.scopes.text())
            learned.widened.insert_or_assign(wanted.scopes.text(), scopes);
    });
    if (!rejected.empty()) tokens_.drop(token_key(realm, wanted, scopes), token_of(rejected));
    return bearer(realm, wanted, scopes);
}

Secret Authenticator::answer_basic(const AccessWanted& wanted, const Secret& rejected) {
    const auto mine = credential(wanted);
    if (!mine || mine->user.empty())
        throw Error(ErrorCode::unauthorized,
                    fmt::format("{} wants a user name and password", endpoint_.name))
            .set_hint(login_hint, endpoint_.log_in());
    learned_.with([&](Learned& learned) { learned.scheme = Scheme::basic; });
    if (const auto other = other_basic(wanted, rejected)) return *other;
    throw Error(ErrorCode::unauthorized, fmt::format("{} did not accept the password of user {}",
                                                     endpoint_.name, berth::quoted(mine->user)))
        .set_hint(login_hint, endpoint_.log_in());
}

TokenRealm Authenticator::realm_of(const Challenge& challenge) const {
    const std::string text = challenge.parameter("realm");
    const auto url = net::Url::parse(text);
    if (url.has_error())
        throw Error(ErrorCode::unauthorized,
                    fmt::format("{} asks for a token but names no usable token service: realm {}",
                                endpoint_.name, berth::quoted(text)));
    if (!may_lead_to(endpoint_.origin, url->origin))
        throw Error(ErrorCode::unauthorized,
                    fmt::format("{} names {} as the realm of its tokens, where it must not lead us",
                                endpoint_.name, url->origin.text()))
            .set_hint(
                "a token service must not be less protected or further inside the network "
                "than its registry");
    return {*url, challenge.parameter("service")};
}

void Authenticator::check_realm(const TokenRealm& realm) const {
    const net::Origin& service = realm.url.origin;
    if (credentials_may_go_to(endpoint_.origin, service)) return;
    const auto& trusted = endpoint_.realm_hosts;
    if (service.scheme == "https" &&
        std::find(trusted.begin(), trusted.end(), service.host) != trusted.end())
        return;
    throw Error(ErrorCode::unauthorized,
                fmt::format("{} wants our credentials to be sent to the realm {}, which is "
                            "another site; they were not sent",
                            endpoint_.name, service.text()))
        .set_hint(
            "its token service has to be of the registry's own site; a token in place of the "
            "password needs none",
            {Remedy::Kind::trust_realm, service.host});
}

Error Authenticator::no_answer(const std::vector<Challenge>& challenges) const {
    std::string schemes;
    for (const Challenge& each : challenges) schemes += (schemes.empty() ? "" : ", ") + each.scheme;
    return Error(ErrorCode::unauthorized,
                 fmt::format("{} wants authentication by {}, and Berth knows Basic and Bearer",
                             endpoint_.name, berth::quoted(schemes)));
}

} // namespace berth::client
