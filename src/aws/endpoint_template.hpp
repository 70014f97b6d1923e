// EndpointTemplate: an ECR registry whose region is filled in where it is deployed, as in
// "123456789012.dkr.ecr.{{.spectro.system.aws.region}}.amazonaws.com"; or one of a fixed region.
#pragma once

#include "aws/ecr_host.hpp"
#include "base/result.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace berth::aws {

enum class RegionSource {
    requested,      ///< the deployment's own
    default_region, ///< none was requested
    fixed,          ///< the endpoint names its region, or is ECR Public
};

/// What a template gives for one deployment. Recorded with it.
struct ResolvedEndpoint {
    EcrHost host;
    std::string region; ///< the one that served; empty for ECR Public
    RegionSource source;
    /// The requested region where it is not the one that serves, for a person to see.
    std::optional<std::string> ignored_request = {};
};

class EndpointTemplate {
public:
    /// Accepts an ECR host with or without the variable, blanks allowed inside its braces, and
    /// "https://" in front. With the variable, `default_region` must be a region of the partition
    /// that the host's suffix belongs to; without it, it may be empty or must be the host's own.
    /// Error usage: unknown variable, a brace missing, the variable twice or not in the region's
    /// place, no default region, one of another partition, and all that parse_ecr_host refuses.
    static Result<EndpointTemplate> parse(std::string_view text, std::string_view default_region);

    bool has_variable() const { return !before_.empty(); }
    const std::string& default_region() const { return default_region_; }
    /// The host for a requested region, else for the default region. A requested region that has
    /// no region's form or belongs to another partition is Error usage.
    Result<ResolvedEndpoint> resolve(std::string_view requested_region) const;
    /// The template with the variable in its usual form, no scheme, lower case.
    std::string text() const;

private:
    std::string before_; ///< what precedes the region; empty for a fixed endpoint
    std::string after_;
    std::string default_region_;
    EcrHost host_; ///< of the default region, or the fixed one
};

/// The variable, as it is written in an endpoint.
inline constexpr std::string_view region_variable = "{{.spectro.system.aws.region}}";

} // namespace berth::aws
