#include "app/sign_in_providers.hpp"

#include "base/file.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

namespace berth::app {
namespace {

constexpr std::uint64_t secret_limit = 4096;

/// Somebody sits before the browser: a provider that takes longer is as good as down.
net::CurlOptions hurried(net::CurlOptions options) {
    options.timeouts = {.connect = std::chrono::seconds(5),
                        .first_byte = std::chrono::seconds(10),
                        .stall = std::chrono::seconds(5)};
    return options;
}

oidc::ProviderOptions options_of(const ProviderConfiguration& configured,
                                 const std::map<std::string, Secret>& secrets) {
    const auto secret = secrets.find(configured.name);
    return {.name = configured.name,
            .label = configured.label.empty() ? configured.name : configured.label,
            .issuer = configured.issuer,
            .client_id = configured.client_id,
            .client_secret = secret == secrets.end() ? Secret() : secret->second,
            .scopes = configured.scopes,
            .name_claim = configured.name_claim,
            .role_claim = configured.role_claim,
            .ca_file = configured.ca_file.native()};
}

Secret secret_of(const ProviderConfiguration& configured, const cli::Environment& environment) {
    const bool file = !configured.client_secret_file.empty();
    const auto text = file ? read_file(configured.client_secret_file, secret_limit)
                           : environment.get(configured.client_secret_variable);
    const auto first_line = trimmed(std::string_view(text).substr(0, text.find_first_of("\r\n")));
    if (first_line.empty()) {
        throw Error(ErrorCode::usage,
                    fmt::format("the provider {} has no client secret: {} is empty",
                                berth::quoted(configured.name),
                                file ? configured.client_secret_file.native()
                                     : "the variable " + configured.client_secret_variable))
            .set_hint("put there what the provider shows as the client's secret");
    }
    return Secret(std::string(first_line));
}

} // namespace

std::map<std::string, Secret> client_secrets(const SignInConfiguration& configured,
                                             const cli::Environment& environment) {
    std::map<std::string, Secret> secrets;
    for (const auto& provider : configured.providers) {
        if (provider.client_secret_file.empty() && provider.client_secret_variable.empty())
            continue;
        secrets.emplace(provider.name, secret_of(provider, environment));
    }
    return secrets;
}

SignInProviders::SignInProviders(const SignInConfiguration& configured,
                                 const std::map<std::string, Secret>& secrets,
                                 const net::CurlOptions& transport, Clock& clock)
    : configured_(configured) {
    for (const auto& each : configured_.providers)
        providers_.push_back(std::make_unique<oidc::Provider>(
            options_of(each, secrets), net::make_curl_transport(hurried(transport)), clock));
}

api::SignInParts SignInProviders::parts(std::stop_token stop) {
    api::SignInParts parts{.public_url = configured_.public_url, .stop = std::move(stop)};
    for (std::size_t i = 0; i < providers_.size(); ++i) {
        const auto& configured = configured_.providers[i];
        parts.providers.push_back({.provider = *providers_[i],
                                   .rules = {.tenant_admins = configured.tenant_admins,
                                             .editors = configured.editors,
                                             .viewers = configured.viewers,
                                             .others = identity::parse_role(configured.others)}});
    }
    return parts;
}

} // namespace berth::app
