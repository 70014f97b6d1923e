// What AWS says of a registered ECR registry's repositories and images, asked when somebody looks.
#pragma once

#include "api/registries.hpp"

namespace berth::api {

/// GET …/ecr/repository and …/ecr/image.
Routes make_ecr_fact_routes(RegistryParts parts);

} // namespace berth::api
