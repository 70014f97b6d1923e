#include "net/query.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace berth::net {

namespace {

constexpr std::size_t most_parameters = 200;

int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

} // namespace

std::string percent_decode(std::string_view text, bool form) {
    std::string decoded;
    decoded.reserve(text.size());
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (form && text[at] == '+') {
            decoded += ' ';
        } else if (text[at] != '%') {
            decoded += text[at];
        } else {
            const int high = at + 2 < text.size() ? hex_value(text[at + 1]) : -1;
            const int low = at + 2 < text.size() ? hex_value(text[at + 2]) : -1;
            if (high < 0 || low < 0) {
                throw Error(ErrorCode::usage,
                            fmt::format("the address holds a malformed escape: {}",
                                        berth::quoted(text.substr(at, 3))));
            }
            decoded += static_cast<char>(high * 16 + low);
            at += 2;
        }
    }
    return decoded;
}

Query::Query(std::string_view text) {
    if (text.empty()) return;
    for (const auto part : split(text, '&')) {
        if (part.empty()) continue;
        if (parameters_.size() == most_parameters) {
            throw Error(ErrorCode::usage, fmt::format("more than {} parameters", most_parameters));
        }
        const auto equals = std::min(part.find('='), part.size());
        const auto value = equals < part.size() ? part.substr(equals + 1) : std::string_view();
        parameters_.emplace_back(percent_decode(part.substr(0, equals), true),
                                 percent_decode(value, true));
    }
}

std::optional<std::string> Query::find(std::string_view key) const {
    for (const auto& [name, value] : parameters_) {
        if (name == key) return value;
    }
    return std::nullopt;
}

std::vector<std::string> Query::all(std::string_view key) const {
    std::vector<std::string> values;
    for (const auto& [name, value] : parameters_) {
        if (name == key) values.push_back(value);
    }
    return values;
}

std::size_t Query::page_size(std::string_view key, std::size_t most) const {
    const auto text = find(key);
    if (!text) return most;
    const auto number = parse_number(*text, std::numeric_limits<std::int64_t>::max());
    if (!number) {
        throw Error(ErrorCode::usage,
                    fmt::format("{}={} is not a number of entries", key, berth::quoted(*text)));
    }
    return static_cast<std::size_t>(std::min<std::uint64_t>(*number, most));
}

} // namespace berth::net
