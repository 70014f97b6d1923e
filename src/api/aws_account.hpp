// What is asked of AWS beside registries: who this server is there, and what it may do.
#pragma once

#include "api/registries.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace berth::api {

inline constexpr std::size_t most_regions_asked = 8;

/// `regions=eu-west-1,us-east-1`: of an ECR registry beside its default one, at most eight. Error
/// usage.
std::vector<std::string> regions_of(const Call& call);

/// GET /v1/clouds/aws/account/sts, GET /v1/clouds/aws/policies,
/// POST /v1/registries/oci/{uid}/doctor.
Routes make_aws_account_routes(RegistryParts parts);

} // namespace berth::api
