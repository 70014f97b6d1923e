#include "client/retry_after.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>

namespace berth::client {
namespace {

constexpr std::int64_t day = 24 * 60 * 60;

std::optional<int> month_of(std::string_view name) {
    constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const auto found = std::find(months.begin(), months.end(), name);
    if (found == months.end()) return std::nullopt;
    return static_cast<int>(found - months.begin()) + 1;
}

/// IMF-fixdate: the one form that servers may send since 2014.
std::optional<std::chrono::sys_seconds> parse_date(std::string_view text) {
    // "Fri, 31 Dec 1999 23:59:59 GMT"
    if (text.size() != 29 || text.substr(25) != " GMT" || text[19] != ':' || text[22] != ':')
        return std::nullopt;
    const auto day_of_month = parse_number(text.substr(5, 2), 31);
    const auto month = month_of(text.substr(8, 3));
    const auto year = parse_number(text.substr(12, 4), 9999);
    const auto hour = parse_number(text.substr(17, 2), 23);
    const auto minute = parse_number(text.substr(20, 2), 59);
    const auto second = parse_number(text.substr(23, 2), 60);
    if (!day_of_month || !month || !year || !hour || !minute || !second) return std::nullopt;
    using namespace std::chrono;
    const year_month_day date{std::chrono::year(static_cast<int>(*year)),
                              std::chrono::month(static_cast<unsigned>(*month)),
                              std::chrono::day(static_cast<unsigned>(*day_of_month))};
    if (!date.ok()) return std::nullopt;
    return sys_days(date) + hours(*hour) + minutes(*minute) + seconds(*second);
}

} // namespace

std::optional<int> parse_retry_after(std::string_view value,
                                     std::chrono::system_clock::time_point now) {
    value = trimmed(value);
    const bool digits = !value.empty() && std::all_of(value.begin(), value.end(),
                                                      [](char c) { return c >= '0' && c <= '9'; });
    if (digits) {
        const auto seconds = parse_number(value, day);
        return static_cast<int>(seconds.value_or(day)); // more digits than fit: longest
    }
    const auto date = parse_date(value);
    if (!date) return std::nullopt;
    const auto wait = std::chrono::ceil<std::chrono::seconds>(*date - now).count();
    return static_cast<int>(std::clamp<std::int64_t>(wait, 0, day));
}

} // namespace berth::client
