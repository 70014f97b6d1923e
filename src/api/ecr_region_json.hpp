// The regions of an ECR registry as the management API shows them.
#pragma once

#include "base/json.hpp"
#include "registration/region_fill.hpp"
#include "registration/region_matrix.hpp"

#include <chrono>

namespace berth::api {

/// RegionMatrix of the OpenAPI document, without its listmeta.
json::Object write_region_matrix(const registration::RegionMatrix& matrix,
                                 std::chrono::system_clock::time_point now);
/// FillPlan.
json::Object write_fill_plan(const registration::FillPlan& plan);
/// FillReport, without its job. `now`: for the rate and the time that is left.
json::Object write_fill_report(const registration::FillReport& report,
                               std::chrono::steady_clock::time_point now);

} // namespace berth::api
