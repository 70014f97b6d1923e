#include "net/trace_line.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>

namespace berth::net {
namespace {

constexpr std::array<std::string_view, 9> harmless = {
    "account", "artifactType", "digest", "from", "last", "mount", "n", "scope", "service"};

} // namespace

std::string without_confidential_query(const Url& url) {
    std::string text = url.origin.text() + url.path;
    if (url.query.empty()) return text;
    char separator = '?';
    for (const std::string_view part : split(url.query, '&')) {
        text += separator;
        separator = '&';
        const std::string_view key = part.substr(0, part.find('='));
        if (std::find(harmless.begin(), harmless.end(), key) != harmless.end())
            text += part;
        else
            text.append(key == part ? "" : key).append("=…");
    }
    return text;
}

} // namespace berth::net
