#include "aws/service_endpoint.hpp"

#include "aws/partition.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace berth::aws {
namespace {

Error wrong_endpoint(std::string message, std::string hint) {
    Error error(ErrorCode::usage, std::move(message));
    error.set_hint(std::move(hint));
    return error;
}

const std::string& override_of(Service service, const EndpointSettings& settings) {
    static const std::string none;
    if (settings.ignore_urls) return none;
    const std::string& own = service == Service::sts   ? settings.sts_url
                             : service == Service::ecr ? settings.ecr_url
                                                       : settings.ecr_public_url;
    return own.empty() ? settings.url : own;
}

Result<net::Url> custom_url(const std::string& text, const EndpointSettings& settings) {
    if (settings.fips || settings.dual_stack)
        return wrong_endpoint(fmt::format("{} and an endpoint URL of one's own cannot go together",
                                          settings.fips ? "FIPS" : "dual-stack"),
                              "unset AWS_ENDPOINT_URL and its forms, or AWS_USE_FIPS_ENDPOINT and "
                              "AWS_USE_DUALSTACK_ENDPOINT");
    auto url = net::Url::parse(text);
    if (url.has_error()) return Error(url.error()).add_context("AWS endpoint URL");
    if (url->origin.scheme == "http" && !is_this_machine(url->origin.host))
        return wrong_endpoint(
            fmt::format("the AWS endpoint URL {} would send signed requests over plain "
                        "http",
                        berth::quoted(text)),
            "use https, or an address of this machine");
    return url;
}

std::string sts_host(std::string_view region, const Partition& partition,
                     const EndpointSettings& settings) {
    // In GovCloud the plain name is the FIPS one.
    const bool plain_is_fips = partition.id == "aws-us-gov" && !settings.dual_stack;
    return fmt::format("sts{}.{}.{}", settings.fips && !plain_is_fips ? "-fips" : "", region,
                       settings.dual_stack ? partition.dual_stack_suffix : partition.dns_suffix);
}

std::string ecr_host(std::string_view region, const Partition& partition,
                     const EndpointSettings& settings) {
    const std::string_view fips = settings.fips ? "-fips" : "";
    if (settings.dual_stack)
        return fmt::format("ecr{}.{}.{}", fips, region, partition.dual_stack_suffix);
    return fmt::format("api.ecr{}.{}.{}", fips, region, partition.dns_suffix);
}

std::string ecr_public_host(std::string_view region, const Partition& partition,
                            const EndpointSettings& settings) {
    if (settings.dual_stack && !settings.fips && region == "us-east-1")
        return fmt::format("ecr-public.{}.{}", region, partition.dual_stack_suffix);
    return fmt::format("api.ecr-public{}.{}.{}", settings.fips ? "-fips" : "", region,
                       settings.dual_stack ? partition.dual_stack_suffix : partition.dns_suffix);
}

std::string host_of(Service service, std::string_view region, const Partition& partition,
                    const EndpointSettings& settings) {
    switch (service) {
        case Service::sts:
            return sts_host(region, partition, settings);
        case Service::ecr:
            return ecr_host(region, partition, settings);
        case Service::ecr_public:
            return ecr_public_host(region, partition, settings);
    }
    return {};
}

} // namespace

bool is_this_machine(std::string_view host) {
    if (host == "localhost" || host == "[::1]" || host.ends_with(".localhost")) return true;
    // 127.0.0.0/8, and not a name such as "127.0.0.1.example".
    const auto parts = split(host, '.');
    return parts.size() == 4 && parts[0] == "127" &&
           std::all_of(parts.begin(), parts.end(),
                       [](std::string_view part) { return parse_number(part, 255).has_value(); });
}

std::string_view signing_name(Service service) {
    if (service == Service::sts) return "sts";
    return service == Service::ecr ? "ecr" : "ecr-public";
}

Result<ServiceEndpoint> service_endpoint(Service service, std::string_view region,
                                         const EndpointSettings& settings) {
    const Partition* partition = partition_of_region(region);
    if (partition == nullptr)
        return wrong_endpoint(region.empty() ? "no AWS region is set"
                                             : fmt::format("{} is not the name of an AWS region",
                                                           berth::quoted(region)),
                              "a region is written as in eu-central-1 or us-gov-west-1");
    if (const std::string& text = override_of(service, settings); !text.empty()) {
        auto url = custom_url(text, settings);
        if (url.has_error()) return url.error();
        return ServiceEndpoint{
            .url = *std::move(url), .signing_region = std::string(region), .overridden = true};
    }
    const bool global = service == Service::sts && settings.global_sts && !settings.fips &&
                        !settings.dual_stack && partition->id == "aws";
    const std::string host =
        global ? "sts.amazonaws.com" : host_of(service, region, *partition, settings);
    auto url = net::Url::parse(fmt::format("https://{}/", host));
    if (url.has_error()) return url.error();
    return ServiceEndpoint{.url = *std::move(url),
                           .signing_region = global ? "us-east-1" : std::string(region)};
}

} // namespace berth::aws
