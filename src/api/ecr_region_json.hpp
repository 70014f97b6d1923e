// The regions of an ECR registry as the management API shows them.
#pragma once

#include "base/json.hpp"
#include "ecr/region_fill.hpp"
#include "ecr/region_matrix.hpp"

#include <chrono>

namespace berth::api {

/// RegionMatrix of the OpenAPI document, without its listmeta.
json::Object write_region_matrix(const ecr::RegionMatrix& matrix,
                                 std::chrono::system_clock::time_point now);
/// FillPlan.
json::Object write_fill_plan(const ecr::FillPlan& plan);
/// FillReport, without its job. `now`: for the rate and the time that is left.
json::Object write_fill_report(const ecr::FillReport& report,
                               std::chrono::steady_clock::time_point now);

} // namespace berth::api
