#include "client/content_range.hpp"

#include "base/text.hpp"

#include <limits>

namespace berth::client {

std::optional<ContentRange> parse_content_range(std::string_view value) {
    constexpr std::uint64_t most = std::numeric_limits<std::int64_t>::max();
    constexpr std::string_view unit = "bytes ";
    if (!equals_ignoring_case(value.substr(0, unit.size()), unit)) return std::nullopt;
    value.remove_prefix(unit.size());
    const std::size_t dash = value.find('-');
    const std::size_t slash = value.find('/');
    if (dash == std::string_view::npos || slash == std::string_view::npos || slash < dash)
        return std::nullopt;
    const auto first = parse_number(value.substr(0, dash), most);
    const auto last = parse_number(value.substr(dash + 1, slash - dash - 1), most);
    const std::string_view total_text = value.substr(slash + 1);
    const auto total = parse_number(total_text, most);
    if (!first || !last || *last < *first) return std::nullopt;
    if (total_text == "*") return ContentRange{*first, *last, std::nullopt};
    if (!total || *total <= *last) return std::nullopt;
    return ContentRange{*first, *last, total};
}

} // namespace berth::client
