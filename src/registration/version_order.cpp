#include "registration/version_order.hpp"

#include "base/text.hpp"
#include "chart/chart.hpp"
#include "chart/metadata.hpp"

#include <algorithm>
#include <utility>

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

std::string order_key(std::string_view tag) {
    const std::string text = chart::tag_to_version(tag);
    std::string key;
    key.reserve(2 * tag.size() + 8);
    if (!chart::is_chart_version(text)) {
        key = '0';
    } else {
        std::string_view version = text;
        if (version.starts_with('v')) version.remove_prefix(1);
        version = version.substr(0, version.find('+'));
        const std::size_t dash = version.find('-');
        std::string_view numbers = version.substr(0, dash);
        key = '1';
        for (int count = 0; count < 3; ++count) {
            const std::size_t dot = std::min(numbers.find('.'), numbers.size());
            append_number(key, numbers.substr(0, dot));
            numbers.remove_prefix(std::min(dot + 1, numbers.size()));
        }
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

std::size_t index_of_latest(const std::vector<std::string>& tags) {
    std::size_t best = 0;
    std::pair<int, std::string> greatest;
    for (std::size_t at = 0; at < tags.size(); ++at) {
        const std::string& tag = tags[at];
        std::string key = order_key(tag);
        const bool is_release = tag.substr(0, tag.find_first_of("_+")).find('-') == tag.npos;
        const int rank = key[0] == '1' ? (is_release ? 3 : 2) : (tag == "latest" ? 1 : 0);
        std::pair candidate(rank, std::move(key));
        if (candidate <= greatest) continue;
        greatest = std::move(candidate);
        best = at;
    }
    return best;
}

} // namespace berth::registration
