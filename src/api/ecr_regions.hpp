// The regions of an ECR registry: what is where, and how gaps are filled.
#pragma once

#include "api/registries.hpp"

namespace berth::api {

/// GET …/ecr/regions; POST …/ecr/regions/fill/plan; POST and GET …/ecr/regions/fill, whose last one
/// of each registry is kept.
Routes make_ecr_region_routes(RegistryParts parts);

} // namespace berth::api
