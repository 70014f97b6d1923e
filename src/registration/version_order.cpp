#include "registration/version_order.hpp"

#include "base/text.hpp"
#include "chart/chart.hpp"
#include "chart/metadata.hpp"

#include <algorithm>

namespace berth::registration {
namespace {

bool is_numeric(std::string_view text) {
    return !text.empty() &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// Longer numbers are greater: the length goes before the digits.
void append_number(std::string& key, std::string_view digits) {
    digits.remove_prefix(std::min(digits.find_first_not_of('0'), digits.size()));
    key += static_cast<char>('A' + std::min<std::size_t>(digits.size(), 60));
    key += digits;
}

/// Numbers are less than words, and a list is less than one that goes on: a space ends each part
/// and is less than whatever else stands there.
void append_pre_release(std::string& key, std::string_view text) {
    for (const std::string_view part : split(text, '.')) {
        if (is_numeric(part)) {
            key += '1';
            append_number(key, part);
        } else {
            key += '2';
            key += part;
        }
        key += ' ';
    }
}

} // namespace

bool is_version(std::string_view tag) {
    const std::string version = chart::tag_to_version(tag);
    return chart::is_chart_version(version);
}

std::size_t index_of_latest(const std::vector<std::string>& tags) {
    if (tags.empty()) return 0;
    const auto release = std::find_if(tags.begin(), tags.end(), [](const std::string& tag) {
        return is_version(tag) && tag.substr(0, tag.find_first_of("_+")).find('-') == tag.npos;
    });
    if (release != tags.end()) return static_cast<std::size_t>(release - tags.begin());
    if (is_version(tags.front())) return 0;
    const auto latest = std::find(tags.begin(), tags.end(), "latest");
    return latest == tags.end() ? 0 : static_cast<std::size_t>(latest - tags.begin());
}

std::string order_key(std::string_view tag) {
    std::string key;
    if (!is_version(tag)) {
        key = '0';
    } else {
        const std::string text = chart::tag_to_version(tag);
        std::string_view version = text;
        if (version.starts_with('v')) version.remove_prefix(1);
        version = version.substr(0, version.find('+'));
        const std::size_t dash = version.find('-');
        const auto numbers = split(version.substr(0, dash), '.');
        key = '1';
        for (std::size_t at = 0; at < 3; ++at)
            append_number(key, at < numbers.size() ? numbers[at] : std::string_view("0"));
        // A release is greater than its pre-releases.
        if (dash == std::string_view::npos)
            key += '~';
        else
            append_pre_release(key += '!', version.substr(dash + 1));
    }
    key += '\0';
    key += tag;
    return key;
}

} // namespace berth::registration
