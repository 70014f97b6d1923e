// EcrLogin: who a registered ECR registry lets us be, and what an open one stands on.
#pragma once

#include "aws/cloud.hpp"
#include "aws/endpoint_template.hpp"
#include "registration/endpoint.hpp"
#include "registration/spec.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace berth::registration {

/// The registration in AWS's words.
struct EcrLogin {
    aws::EndpointTemplate endpoint;
    /// The registration's access key, or this machine's identity as the source of a role; nullptr
    /// for one that is not protected.
    std::shared_ptr<aws::CredentialSource> keys = {};
    std::optional<aws::RoleRequest> role = {};

    /// Where STS is asked: the default region, ECR Public's home for ECR Public.
    std::string sts_region() const;
    /// Whose STS is asked where that one's does not answer.
    std::vector<std::string> other_sts_regions = {};
};

/// Keys that were given never turn into the machine's. Errors: usage for keys and roles that
/// cannot be right, with a hint.
EcrLogin ecr_login(const Spec& spec, const Endpoint& endpoint, const Secrets& secrets,
                   aws::Cloud& cloud);

/// The registration's endpoint as AWS's template. FieldErrors: usage, spec.endpoint or
/// spec.defaultRegion.
aws::EndpointTemplate ecr_endpoint(const Endpoint& endpoint, const std::string& default_region);

/// The role that a spec asks for; nothing without one. FieldErrors: usage, of the role's fields.
std::optional<aws::RoleRequest> ecr_role(const Spec& spec, const aws::EndpointTemplate& endpoint);

/// Passwords of an ECR registry: who asks for them, and where they are kept.
struct EcrMeans {
    std::shared_ptr<aws::CredentialSource> source; ///< nullptr: anonymous; shared by its regions
    aws::TokenCache* tokens = nullptr;
};

/// With the sessions and tokens that all registrations share.
EcrMeans shared_means(const EcrLogin& login, aws::Cloud& cloud);

} // namespace berth::registration
