// One chart: what it says of itself, and the texts in its archive that people read.
#pragma once

#include "api/browse_manifest.hpp"

#include <string>

namespace berth::api {

/// Of a chart that is shown, packed and unpacked.
inline constexpr std::uint64_t shown_chart_limit = 16 * 1024 * 1024;
/// Of each of its texts; a longer one is cut, and says so.
inline constexpr std::size_t shown_text_limit = 1024 * 1024;

struct ChartTexts {
    std::string readme;
    std::string values;
    std::string values_schema;
};

/// Reads a chart's archive (the tar in its gzip) to its end and picks its own README, values.yaml
/// and values.schema.json, not those of the charts inside. Nothing is written anywhere. Errors:
/// content_invalid for what has no place in a chart called `name`.
ChartTexts read_chart_texts(Source& archive, const std::string& name);

/// The answer of GET …/chart. Errors: not_found; content_invalid if it is no chart; limit_exceeded
/// if it is larger than shown_chart_limit.
json::Object chart_view(const ContentReader& reader, const Shown& shown);

} // namespace berth::api
