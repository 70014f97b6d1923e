// Registries tried before and after they are saved, and what a form asks while it is filled in.
#pragma once

#include "api/registries.hpp"

namespace berth::api {

/// validate, validate/steps, the stored validation, validate/name and normalize.
Routes make_registry_validation_routes(RegistryParts parts);

} // namespace berth::api
