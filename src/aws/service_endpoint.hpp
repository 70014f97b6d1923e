// Where the APIs of AWS answer: STS, ECR and ECR Public, by region, FIPS and dual-stack.
#pragma once

#include "base/result.hpp"
#include "net/url.hpp"

#include <string>
#include <string_view>

namespace berth::aws {

enum class Service { sts, ecr, ecr_public };

/// "sts", "ecr", "ecr-public": the signing name.
std::string_view signing_name(Service service);

/// What the operator set; the environment's AWS_ENDPOINT_URL and the like, which the caller reads.
struct EndpointSettings {
    bool fips = false;       ///< AWS_USE_FIPS_ENDPOINT
    bool dual_stack = false; ///< AWS_USE_DUALSTACK_ENDPOINT
    bool global_sts = false; ///< AWS_STS_REGIONAL_ENDPOINTS=legacy
    /// AWS_ENDPOINT_URL and its forms for one service, which go first. Empty means not set. Every
    /// key of every user goes there, so they are for start-up alone, never for a registry's form.
    std::string url = {};
    std::string sts_url = {};
    std::string ecr_url = {};
    std::string ecr_public_url = {};
    bool ignore_urls = false; ///< AWS_IGNORE_CONFIGURED_ENDPOINT_URLS
};

/// Whether a URL's host is this machine: plain http goes nowhere else.
bool is_this_machine(std::string_view host);

struct ServiceEndpoint {
    net::Url url;
    std::string signing_region;
    bool overridden = false; ///< by one of the URLs above
};

/// Error usage: no region's form, an URL that is none, plain http to another host than this one,
/// an URL together with FIPS or dual-stack.
Result<ServiceEndpoint> service_endpoint(Service service, std::string_view region,
                                         const EndpointSettings& settings);

} // namespace berth::aws
