#include "aws/ecr_credentials.hpp"

#include <fmt/format.h>

namespace berth::aws {
namespace {

/// Tokens live twelve hours; a registry's rules may shorten that one day.
constexpr RenewalPolicy token_renewal{.early = 0.5, .mandatory = std::chrono::minutes(15)};
constexpr std::size_t most_tokens = 10'000;

EcrPlace place_of(const EcrHost& host) {
    if (host.is_public())
        return {.service = Service::ecr_public, .region = std::string(ecr_public_region)};
    return {.service = Service::ecr, .region = host.region, .account = host.account};
}

/// The account is left out on purpose: a token carries the caller's rights in all of them.
std::string key_of(const CredentialSource& source, const EcrHost& host) {
    return fmt::format("{} {} {}", source.fingerprint(), host.partition->id,
                       host.is_public() ? "public" : host.region);
}

} // namespace

TokenCache::TokenCache(Api& api, std::function<void(const Error&)> warn)
    : api_(api), warn_(std::move(warn)) {}

std::shared_ptr<TokenCache::Held> TokenCache::held(const std::string& key) {
    return held_.with([&](auto& all) {
        if (all.size() >= most_tokens && all.count(key) == 0) all.clear();
        auto& entry = all[key];
        if (!entry) entry = std::make_shared<Held>(api_.clock(), token_renewal, warn_);
        return entry;
    });
}

AuthorizationToken TokenCache::token(const std::shared_ptr<CredentialSource>& source,
                                     const EcrHost& host, std::stop_token stop) {
    EcrClient client(api_, source, place_of(host));
    const auto fetch = [&] {
        AuthorizationToken token = client.authorization_token(stop);
        const Time expires = token.expires;
        return Held::Timed{std::move(token), expires};
    };
    return held(key_of(*source, host))->get(fetch, stop);
}

void TokenCache::expired(const CredentialSource& source, const EcrHost& host,
                         const Secret& password) {
    held(key_of(source, host))->drop_if([&](const AuthorizationToken& token) {
        return token.password.reveal() == password.reveal();
    });
}

EcrCredentials::EcrCredentials(TokenCache& cache, std::shared_ptr<CredentialSource> source,
                               std::string account, std::stop_token stop)
    : cache_(cache),
      source_(std::move(source)),
      account_(std::move(account)),
      stop_(std::move(stop)) {}

std::optional<EcrHost> EcrCredentials::own(std::string_view registry) const {
    auto host = parse_ecr_host(registry);
    if (host.has_error()) return std::nullopt;
    if (!account_.empty() && !host->is_public() && host->account != account_) return std::nullopt;
    return *std::move(host);
}

std::optional<registry::Credential> EcrCredentials::credential_for(std::string_view registry,
                                                                   std::string_view) {
    const auto host = own(registry);
    if (!host) return std::nullopt;
    if (!source_) {
        if (host->is_public()) return std::nullopt;
        Error error(ErrorCode::unauthorized,
                    fmt::format("the ECR registry {} has no credentials, and a private ECR "
                                "registry is never anonymous",
                                host->text()));
        error.set_hint(
            "give it an access key or a role, or let it use the identity of the machine "
            "that Berth runs on");
        throw error;
    }
    AuthorizationToken token = cache_.token(source_, *host, stop_);
    return registry::Credential{.user = std::move(token.user),
                                .password = std::move(token.password)};
}

void EcrCredentials::expired(std::string_view registry, const registry::Credential& rejected) {
    if (const auto host = own(registry); host && source_)
        cache_.expired(*source_, *host, rejected.password);
}

} // namespace berth::aws
