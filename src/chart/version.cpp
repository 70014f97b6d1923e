#include "base/text.hpp"
#include "chart/metadata.hpp"

#include <algorithm>
#include <optional>

namespace berth::chart {
namespace {

constexpr std::size_t length_limit = 120;

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool is_identifier(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-';
    });
}

bool is_number(std::string_view text) {
    return !text.empty() && text.size() <= 20 && std::all_of(text.begin(), text.end(), is_digit);
}

template <class Check>
bool all_parts(std::string_view text, Check check) {
    const auto parts = split(text, '.');
    return std::all_of(parts.begin(), parts.end(), check);
}

/// Cuts `text` at the first `mark` and returns what came after it; nothing if there is none.
std::optional<std::string_view> cut(std::string_view& text, char mark) {
    const auto position = text.find(mark);
    if (position == std::string_view::npos) return std::nullopt;
    const auto rest = text.substr(position + 1);
    text = text.substr(0, position);
    return rest;
}

std::string replaced(std::string_view text, char from, char to) {
    std::string result(text);
    std::replace(result.begin(), result.end(), from, to);
    return result;
}

} // namespace

bool is_chart_version(std::string_view text) noexcept {
    if (text.size() > length_limit) return false;
    if (text.starts_with('v')) text.remove_prefix(1);
    const auto build = cut(text, '+');
    const auto pre_release = cut(text, '-');
    if (build && !all_parts(*build, is_identifier)) return false;
    if (pre_release && !all_parts(*pre_release, is_identifier)) return false;
    return std::count(text.begin(), text.end(), '.') <= 2 && all_parts(text, is_number);
}

bool is_chart_name(std::string_view text) noexcept {
    if (text.empty() || text.size() > length_limit || !is_identifier(text.substr(0, 1)) ||
        text[0] == '-')
        return false;
    return std::all_of(text.begin(), text.end(), [](char c) {
        return is_identifier(std::string_view(&c, 1)) || c == '.' || c == '_';
    });
}

std::string version_to_tag(std::string_view version) {
    return replaced(version, '+', '_');
}

std::string tag_to_version(std::string_view tag) {
    return replaced(tag, '_', '+');
}

} // namespace berth::chart
