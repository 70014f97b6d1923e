#include "aws/cloud.hpp"

#include <fmt/format.h>

namespace berth::aws {
namespace {

constexpr std::size_t most_roles = 10'000;

ApiOptions api_options(const CloudOptions& options) {
    return {.endpoints = options.environment.endpoints(),
            .tls = {.ca_file = options.environment.get("AWS_CA_BUNDLE")},
            .first_wait = options.first_wait,
            .patience = options.patience};
}

std::string region_of(const Environment& environment) {
    const std::string region = environment.region();
    return region.empty() ? "us-east-1" : region;
}

} // namespace

Cloud::Cloud(std::unique_ptr<net::HttpTransport> calls, std::unique_ptr<net::HttpTransport> nearby,
             Clock& clock, CloudOptions options)
    : calls_(std::move(calls)),
      nearby_(std::move(nearby)),
      clock_(clock),
      warn_(std::move(options.warn)),
      api_(*calls_, clock, api_options(options)),
      tokens_(api_, warn_),
      home_region_(region_of(options.environment)) {
    machine_ = std::make_shared<AmbientIdentity>(std::move(options.environment), sts(home_region_),
                                                 *nearby_, clock_);
}

Sts& Cloud::sts(const std::string& region, const std::vector<std::string>& others) {
    const std::string key = fmt::format("{} {}", region, fmt::join(others, " "));
    return services_.with([&](Services& services) -> Sts& {
        auto& service = services[key];
        if (!service) service = std::make_unique<Sts>(api_, region, others);
        return *service;
    });
}

std::shared_ptr<CredentialSource> Cloud::role(std::shared_ptr<CredentialSource> source,
                                              const RoleRequest& request, Sts& service) {
    auto fresh = std::make_shared<AssumedRole>(std::move(source), service, request, clock_, warn_);
    const std::string key = fmt::format("{} {}", fmt::ptr(&service), fresh->fingerprint());
    return roles_.with([&](Roles& roles) {
        if (roles.size() >= most_roles) roles.clear();
        return roles.try_emplace(key, std::move(fresh)).first->second;
    });
}

} // namespace berth::aws
