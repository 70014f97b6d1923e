#include "registration/ecr_login.hpp"

#include "base/error.hpp"
#include "registration/field_error.hpp"

#include <fmt/format.h>

namespace berth::registration {
namespace {

/// In the words that a form can put beside the field.
[[noreturn]] void refuse(const Error& error, std::string field) {
    FieldError refusal(ErrorCode::usage, std::move(field), error.message());
    throw refusal.hint_is(error.hint());
}

/// In CloudTrail and in the caller's ARN: which registry it was.
std::string session_of(const Endpoint& endpoint) {
    return aws::session_name("berth",
                             endpoint.origin.host.substr(0, endpoint.origin.host.find('.')));
}

aws::Credentials keys_of(const Spec& spec, const Secrets& secrets) {
    aws::Credentials keys{.access_key_id = spec.aws.access_key};
    if (const auto found = secrets.find(SecretField::aws_secret_key); found != secrets.end())
        keys.secret_access_key = found->second;
    if (const auto found = secrets.find(SecretField::aws_secret_token); found != secrets.end())
        keys.session_token = found->second;
    return keys;
}

} // namespace

std::string EcrLogin::sts_region() const {
    const std::string& region = endpoint.default_region();
    return region.empty() ? std::string(aws::ecr_public_region) : region;
}

aws::EndpointTemplate ecr_endpoint(const Endpoint& endpoint, const std::string& default_region) {
    auto made = aws::EndpointTemplate::parse(endpoint.bound_origin, default_region);
    if (made.has_value()) return *std::move(made);
    // With a region that is certainly right it shows which of the two is wrong.
    const bool of_region =
        endpoint.has_placeholder &&
        aws::EndpointTemplate::parse(endpoint.bound_origin, "us-east-1").has_value();
    refuse(made.error(), of_region ? "spec.defaultRegion" : "spec.endpoint");
}

std::optional<aws::RoleRequest> ecr_role(const Spec& spec, const aws::EndpointTemplate& endpoint) {
    if (spec.aws.credential_type == "secret") return std::nullopt;
    const bool pod = spec.aws.credential_type == "pod-identity";
    aws::RoleRequest role{.role_arn = pod ? spec.aws.pod_role_arn : spec.aws.sts_arn,
                          .session_name = aws::session_name("berth", "registry")};
    const std::string field =
        pod ? "spec.credentials.podIdentity.roleArn" : "spec.credentials.sts.arn";
    try {
        aws::check_role(role, endpoint.default_region());
    } catch (const Error& error) {
        refuse(error, field);
    }
    if (pod) return role;
    role.external_id = spec.aws.sts_external_id;
    try {
        aws::check_role(role, endpoint.default_region());
    } catch (const Error& error) {
        refuse(error, "spec.credentials.sts.externalId");
    }
    return role;
}

EcrLogin ecr_login(const Spec& spec, const Endpoint& endpoint, const Secrets& secrets,
                   aws::Cloud& cloud) {
    EcrLogin login{.endpoint = ecr_endpoint(endpoint, spec.default_region)};
    if (!spec.is_private) return login;
    login.role = ecr_role(spec, login.endpoint);
    if (login.role) login.role->session_name = session_of(endpoint);
    login.other_sts_regions = spec.regions;
    const bool own_keys =
        spec.aws.credential_type != "pod-identity" && !spec.aws.access_key.empty();
    if (own_keys)
        login.keys = std::make_shared<aws::StaticKeys>(keys_of(spec, secrets));
    else
        login.keys = cloud.machine();
    return login;
}

EcrMeans shared_means(const EcrLogin& login, aws::Cloud& cloud) {
    EcrMeans means{.source = login.keys, .tokens = &cloud.tokens()};
    if (login.role)
        means.source = cloud.role(login.keys, *login.role,
                                  cloud.sts(login.sts_region(), login.other_sts_regions));
    return means;
}

} // namespace berth::registration
