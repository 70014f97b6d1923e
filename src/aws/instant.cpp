#include "aws/instant.hpp"

#include "base/text.hpp"

#include <array>

namespace berth::aws {
namespace {

using std::chrono::system_clock;

struct Parts {
    std::optional<std::uint64_t> year, month, day, hour, minute, second;
};

std::optional<system_clock::time_point> joined(const Parts& parts) {
    using namespace std::chrono;
    if (!parts.year || !parts.month || !parts.day || !parts.hour || !parts.minute || !parts.second)
        return std::nullopt;
    const year_month_day date(year(static_cast<int>(*parts.year)),
                              month(static_cast<unsigned>(*parts.month)),
                              day(static_cast<unsigned>(*parts.day)));
    if (!date.ok() || *parts.year < 1970 || *parts.year > 2200) return std::nullopt;
    return sys_days(date) + hours(*parts.hour) + minutes(*parts.minute) + seconds(*parts.second);
}

void read_time(std::string_view text, Parts& parts) {
    if (text.size() != 8 || text[2] != ':' || text[5] != ':') return;
    parts.hour = parse_number(text.substr(0, 2), 23);
    parts.minute = parse_number(text.substr(3, 2), 59);
    parts.second = parse_number(text.substr(6, 2), 60);
}

std::optional<std::uint64_t> month_number(std::string_view name) {
    constexpr std::array<std::string_view, 12> names = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    for (std::size_t i = 0; i < names.size(); ++i)
        if (names[i] == name) return i + 1;
    return std::nullopt;
}

} // namespace

std::optional<system_clock::time_point> parse_iso_time(std::string_view text) {
    if (text.size() < 20 || text.size() > 40 || !text.ends_with('Z')) return std::nullopt;
    if (text[4] != '-' || text[7] != '-' || text[10] != 'T') return std::nullopt;
    const std::string_view fraction = text.substr(19, text.size() - 20);
    if (!fraction.empty() && (fraction[0] != '.' || fraction.size() < 2 ||
                              fraction.find_first_not_of("0123456789", 1) != fraction.npos))
        return std::nullopt;
    Parts parts;
    parts.year = parse_number(text.substr(0, 4), 9999);
    parts.month = parse_number(text.substr(5, 2), 12);
    parts.day = parse_number(text.substr(8, 2), 31);
    read_time(text.substr(11, 8), parts);
    return joined(parts);
}

std::optional<system_clock::time_point> parse_http_date(std::string_view text) {
    const auto words = split(trimmed(text), ' ');
    if (words.size() != 6 || words[5] != "GMT") return std::nullopt;
    Parts parts;
    parts.day = parse_number(words[1], 31);
    parts.month = month_number(words[2]);
    parts.year = parse_number(words[3], 9999);
    read_time(words[4], parts);
    return joined(parts);
}

} // namespace berth::aws
