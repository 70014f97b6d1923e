// The rules for what a chart says about itself, whichever file says it.
#pragma once

#include "base/result.hpp"
#include "chart/chart.hpp"

#include <cstdint>
#include <string_view>

namespace berth::chart {

/// Largest config blob that is read.
inline constexpr std::uint64_t config_limit = 64 * 1024;

/// Reads a config blob: Chart.yaml as JSON. Errors: content_invalid naming the field.
Result<Metadata> parse_metadata(std::string_view text);

/// Names become file names: letters, digits and . _ -, a letter or digit first, 120 bytes at most.
bool is_chart_name(std::string_view text) noexcept;

/// A version as Helm reads it: one to three numbers, an optional "v" before and an optional
/// pre-release and build after, of the letters that semver allows; 120 bytes at most.
bool is_chart_version(std::string_view text) noexcept;

} // namespace berth::chart
