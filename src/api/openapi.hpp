// The OpenAPI document of the management API: openapi.json, which is built into the program.
#pragma once

#include "api/call.hpp"

#include <string_view>

namespace berth::api {

std::string_view openapi_document();

/// GET /v1/openapi.json, for everybody.
Routes make_openapi_routes();

} // namespace berth::api
