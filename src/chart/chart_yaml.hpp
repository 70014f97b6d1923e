// Chart.yaml: only as much of it as says which chart it is.
#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace berth::chart {

/// Largest Chart.yaml that is read.
inline constexpr std::uint64_t chart_yaml_limit = 1024 * 1024;

struct Identity {
    std::string name;
    std::string version;
};

/// The top-level `name` and `version`. One document, a mapping at most 64 levels deep, each of the
/// two once and as plain text. Errors: content_invalid.
Result<Identity> parse_chart_yaml(std::string_view text);

} // namespace berth::chart
