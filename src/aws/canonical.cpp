#include "aws/canonical.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <map>

namespace berth::aws {
namespace {

constexpr std::array<std::string_view, 10> unsigned_headers = {
    "authorization", "connection",        "expect",  "keep-alive", "te",
    "trailer",       "transfer-encoding", "upgrade", "user-agent", "x-amzn-trace-id"};

bool is_signed(std::string_view name) {
    return !name.starts_with("proxy-") &&
           std::find(unsigned_headers.begin(), unsigned_headers.end(), name) ==
               unsigned_headers.end();
}

bool is_unreserved(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.' || c == '~';
}

int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

/// A "%" without two digits stands for itself, as servers read it.
std::string uri_decode(std::string_view text) {
    std::string decoded;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool escape = text[i] == '%' && i + 2 < text.size() && hex_value(text[i + 1]) >= 0 &&
                            hex_value(text[i + 2]) >= 0;
        if (!escape) {
            decoded += text[i];
            continue;
        }
        decoded += static_cast<char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2]));
        i += 2;
    }
    return decoded;
}

bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

std::string with_single_blanks(std::string_view value) {
    std::string result;
    bool blank = false;
    for (const char c : value) {
        if (is_blank(c)) {
            blank = true;
            continue;
        }
        if (blank && !result.empty()) result += ' ';
        blank = false;
        result += c;
    }
    return result;
}

} // namespace

std::string uri_encode(std::string_view text, bool keep_slash) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string encoded;
    for (const char c : text) {
        if (is_unreserved(c) || (keep_slash && c == '/')) {
            encoded += c;
            continue;
        }
        const auto byte = static_cast<unsigned char>(c);
        encoded += '%';
        encoded += digits[byte >> 4];
        encoded += digits[byte & 15];
    }
    return encoded;
}

std::string normalized_path(std::string_view path) {
    std::vector<std::string_view> kept;
    for (const std::string_view segment : split(path, '/')) {
        if (segment == ".." && !kept.empty()) kept.pop_back();
        if (!segment.empty() && segment != "." && segment != "..") kept.push_back(segment);
    }
    std::string result;
    for (const std::string_view segment : kept) (result += '/') += segment;
    if (result.empty() || path.ends_with('/')) result += '/';
    return result;
}

std::string canonical_query(std::string_view query) {
    std::vector<std::pair<std::string, std::string>> pairs;
    for (const std::string_view piece : split(query, '&')) {
        if (piece.empty()) continue;
        const auto equals = piece.find('=');
        const bool bare = equals == std::string_view::npos;
        pairs.emplace_back(uri_encode(uri_decode(piece.substr(0, equals)), false),
                           bare ? "" : uri_encode(uri_decode(piece.substr(equals + 1)), false));
    }
    std::sort(pairs.begin(), pairs.end());
    std::string result;
    for (const auto& [key, value] : pairs) {
        if (!result.empty()) result += '&';
        ((result += key) += '=') += value;
    }
    return result;
}

CanonicalHeaders canonical_headers(
    const std::vector<std::pair<std::string, std::string>>& headers) {
    std::map<std::string, std::string> joined;
    for (const auto& [name, value] : headers) {
        const std::string key = to_lower(trimmed(name));
        if (!is_signed(key)) continue;
        const auto [place, added] = joined.try_emplace(key, with_single_blanks(value));
        if (!added) (place->second += ',') += with_single_blanks(value);
    }
    CanonicalHeaders result;
    for (const auto& [name, value] : joined) {
        (((result.lines += name) += ':') += value) += '\n';
        if (!result.signed_names.empty()) result.signed_names += ';';
        result.signed_names += name;
    }
    return result;
}

} // namespace berth::aws
