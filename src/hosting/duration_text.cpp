#include "hosting/duration_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace berth::hosting {

namespace {

struct Unit {
    std::int64_t seconds;
    const char* name;
};

constexpr std::array units{Unit{24 * 60 * 60, "day"}, Unit{60 * 60, "hour"}, Unit{60, "minute"},
                           Unit{1, "second"}};

} // namespace

std::string duration_text(std::int64_t seconds) {
    seconds = std::max<std::int64_t>(seconds, 0);
    const auto unit = std::find_if(units.begin(), units.end() - 1, [&](const Unit& candidate) {
        return seconds >= candidate.seconds;
    });
    const auto count = seconds / unit->seconds;
    return fmt::format("{} {}{}", count, unit->name, count == 1 ? "" : "s");
}

} // namespace berth::hosting
