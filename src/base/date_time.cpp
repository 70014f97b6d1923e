#include "base/date_time.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <optional>

namespace berth {
namespace {

using std::chrono::milliseconds;

/// Takes fixed parts off the front of a text.
class Cursor {
public:
    explicit Cursor(std::string_view text) : rest_(text) {}

    /// Exactly so many digits, of a number from `least` to `most`.
    std::optional<int> number(std::size_t digits, unsigned least, unsigned most) {
        const auto part = rest_.substr(0, digits);
        const auto value = part.size() == digits ? parse_number(part, most) : std::nullopt;
        if (!value || *value < least) return std::nullopt;
        rest_.remove_prefix(digits);
        return static_cast<int>(*value);
    }
    /// One of these characters; "" is none.
    char one_of(std::string_view characters) {
        if (rest_.empty() || characters.find(rest_.front()) == characters.npos) return '\0';
        const char found = rest_.front();
        rest_.remove_prefix(1);
        return found;
    }
    /// At least one digit.
    std::string_view digits() {
        const auto end = std::min(rest_.find_first_not_of("0123456789"), rest_.size());
        const auto found = rest_.substr(0, end);
        rest_.remove_prefix(end);
        return found;
    }
    bool at_end() const { return rest_.empty(); }

private:
    std::string_view rest_;
};

std::optional<std::chrono::sys_days> read_date(Cursor& text) {
    const auto year = text.number(4, 1, 9999);
    if (!year || text.one_of("-") == '\0') return std::nullopt;
    const auto month = text.number(2, 1, 12);
    if (!month || text.one_of("-") == '\0') return std::nullopt;
    const auto day = text.number(2, 1, 31);
    if (!day) return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year(*year),
                                           std::chrono::month(static_cast<unsigned>(*month)),
                                           std::chrono::day(static_cast<unsigned>(*day))};
    if (!date.ok()) return std::nullopt;
    return std::chrono::sys_days(date);
}

/// "16:43".
std::optional<std::chrono::minutes> read_clock(Cursor& text) {
    const auto hour = text.number(2, 0, 23);
    if (!hour || text.one_of(":") == '\0') return std::nullopt;
    const auto minute = text.number(2, 0, 59);
    if (!minute) return std::nullopt;
    return std::chrono::hours(*hour) + std::chrono::minutes(*minute);
}

/// ":16.123"; 60 is a leap second, which is taken for the next second.
std::optional<milliseconds> read_seconds(Cursor& text) {
    if (text.one_of(":") == '\0') return std::nullopt;
    const auto second = text.number(2, 0, 60);
    if (!second) return std::nullopt;
    milliseconds read = std::chrono::seconds(*second);
    if (text.one_of(".") == '\0') return read;
    const auto decimals = text.digits();
    if (decimals.empty()) return std::nullopt;
    int scale = 100;
    for (const char digit : decimals.substr(0, 3)) {
        read += milliseconds((digit - '0') * scale);
        scale /= 10;
    }
    return read;
}

std::optional<std::chrono::minutes> read_offset(Cursor& text) {
    const char sign = text.one_of("Zz+-");
    if (sign == '\0') return std::nullopt;
    if (sign == 'Z' || sign == 'z') return std::chrono::minutes(0);
    const auto offset = read_clock(text);
    if (!offset) return std::nullopt;
    return sign == '-' ? -*offset : *offset;
}

std::optional<milliseconds> read_all_parts(Cursor& text) {
    const auto date = read_date(text);
    if (!date || text.one_of("Tt ") == '\0') return std::nullopt;
    const auto clock = read_clock(text);
    const auto seconds = clock ? read_seconds(text) : std::nullopt;
    const auto offset = seconds ? read_offset(text) : std::nullopt;
    if (!offset || !text.at_end()) return std::nullopt;
    return milliseconds(date->time_since_epoch()) + *clock + *seconds - *offset;
}

} // namespace

Result<std::chrono::system_clock::time_point> parse_date_time(std::string_view text) {
    // What the clock can count: nanoseconds in 64 bits.
    constexpr milliseconds earliest = std::chrono::hours(-24 * 365 * 290);
    constexpr milliseconds latest = std::chrono::hours(24 * 365 * 290);
    Cursor cursor(text);
    const auto read = read_all_parts(cursor);
    if (!read) {
        return Error(ErrorCode::usage, fmt::format("{} is no time: 2026-11-27T16:43:16Z is one",
                                                   berth::quoted(text)));
    }
    return std::chrono::system_clock::time_point(std::clamp(*read, earliest, latest));
}

} // namespace berth
