#include "app/value_type.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <array>
#include <limits>

namespace berth::app {
namespace {

constexpr std::uint64_t largest = std::numeric_limits<std::uint64_t>::max();

struct Unit {
    std::string_view name;
    std::uint64_t size;
};

constexpr std::array time_units{Unit{"w", 604800}, Unit{"d", 86400}, Unit{"h", 3600}, Unit{"m", 60},
                                Unit{"s", 1}};

constexpr std::uint64_t kibibyte = 1024;
constexpr std::uint64_t kilo = 1000;
/// From large to small, those of format_size() first. Kubernetes writes "Mi" for "MiB".
constexpr std::array size_units{Unit{"PiB", kibibyte* kibibyte* kibibyte* kibibyte* kibibyte},
                                Unit{"PB", kilo* kilo* kilo* kilo* kilo},
                                Unit{"TiB", kibibyte* kibibyte* kibibyte* kibibyte},
                                Unit{"TB", kilo* kilo* kilo* kilo},
                                Unit{"GiB", kibibyte* kibibyte* kibibyte},
                                Unit{"GB", kilo* kilo* kilo},
                                Unit{"MiB", kibibyte* kibibyte},
                                Unit{"MB", kilo* kilo},
                                Unit{"KiB", kibibyte},
                                Unit{"kB", kilo},
                                Unit{"KB", kilo},
                                Unit{"Pi", kibibyte* kibibyte* kibibyte* kibibyte* kibibyte},
                                Unit{"Ti", kibibyte* kibibyte* kibibyte* kibibyte},
                                Unit{"Gi", kibibyte* kibibyte* kibibyte},
                                Unit{"Mi", kibibyte* kibibyte},
                                Unit{"Ki", kibibyte},
                                Unit{"B", 1},
                                Unit{"", 1}};
constexpr std::size_t shown_size_units = 10;

/// Cuts a number with its unit off the front of `text`.
template <std::size_t count>
std::optional<std::uint64_t> take_amount(std::string_view& text,
                                         const std::array<Unit, count>& units) {
    const auto digits = std::min(text.find_first_not_of("0123456789"), text.size());
    const auto number = parse_number(text.substr(0, digits), largest);
    text.remove_prefix(digits);
    const auto end = std::min(text.find_first_of("0123456789"), text.size());
    const auto name = trimmed(text.substr(0, end));
    text.remove_prefix(end);
    for (const Unit& unit : units) {
        if (unit.name != name) continue;
        if (!number || *number > largest / unit.size) return std::nullopt;
        return *number * unit.size;
    }
    return std::nullopt;
}

} // namespace

Result<std::uint64_t> parse_duration(std::string_view text) {
    if (text == "0") return std::uint64_t{0};
    std::uint64_t sum = 0;
    auto rest = text;
    while (!rest.empty()) {
        const auto part = take_amount(rest, time_units);
        if (!part || *part > largest - sum) break;
        sum += *part;
        if (rest.empty()) return sum;
    }
    return Error(ErrorCode::usage, fmt::format("{} is not a duration", berth::quoted(text)))
        .set_hint("a number with a unit: 30s, 5m, 24h, 7d, 2w, or 1h30m");
}

std::string format_duration(std::uint64_t seconds) {
    if (seconds == 0) return "0";
    for (const Unit& unit : time_units) {
        // One day reads as 24h: nobody wonders whether it is a calendar's day.
        const bool unclear = unit.name == "w" || (unit.name == "d" && seconds == unit.size);
        if (!unclear && seconds % unit.size == 0)
            return fmt::format("{}{}", seconds / unit.size, unit.name);
    }
    return {};
}

Result<std::uint64_t> parse_size(std::string_view text) {
    auto rest = text;
    const auto amount = take_amount(rest, size_units);
    if (amount && rest.empty()) return *amount;
    return Error(ErrorCode::usage, fmt::format("{} is not a size", berth::quoted(text)))
        .set_hint("a whole number with a unit: 64KiB, 8MiB, 100GB, 1TiB");
}

std::string format_size(std::uint64_t bytes) {
    if (bytes == 0) return "0";
    for (std::size_t i = 0; i < shown_size_units; ++i)
        if (bytes % size_units[i].size == 0)
            return fmt::format("{}{}", bytes / size_units[i].size, size_units[i].name);
    return fmt::format("{}", bytes);
}

} // namespace berth::app
