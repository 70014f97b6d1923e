#include "cli/report.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <array>

namespace berth::cli {
namespace {

bool starts_plainly(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '/' || c == '_';
}

bool goes_on_plainly(char c) {
    return starts_plainly(c) || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '+' ||
           c == '@';
}

/// Texts that every YAML version reads as texts; the words of YAML 1.1 are not among them.
bool is_plain(std::string_view text) {
    static constexpr std::array<std::string_view, 11> words = {
        "true", "false", "yes", "no", "on", "off", "null", "y", "n", "inf", "nan"};
    if (text.empty() || !starts_plainly(text.front())) return false;
    for (std::size_t i = 1; i < text.size(); ++i) {
        // a colon is plain inside a digest or a port, not before a space or the end
        const bool inner_colon = text[i] == ':' && i + 1 < text.size();
        if (!goes_on_plainly(text[i]) && !inner_colon) return false;
    }
    std::string lower(text);
    std::transform(lower.begin(), lower.end(), lower.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return std::find(words.begin(), words.end(), lower) == words.end();
}

std::string scalar(const json::Value& value) {
    if (value.is_string()) {
        const std::string_view text(value.as_string().data(), value.as_string().size());
        if (is_plain(text)) return std::string(text);
    }
    return json::write(value); // a JSON text is a YAML scalar
}

bool is_block(const json::Value& value) {
    return (value.is_object() && !value.as_object().empty()) ||
           (value.is_array() && !value.as_array().empty());
}

void write_block(const json::Value& value, std::size_t indent, bool after_dash, std::string& out);

void write_member(std::string_view key, const json::Value& value, std::size_t indent,
                  std::string& out) {
    out += scalar(json::Value(key)) + ":";
    if (!is_block(value)) {
        out += " " + scalar(value) + "\n";
        return;
    }
    out += "\n";
    write_block(value, value.is_object() ? indent + 2 : indent, false, out);
}

void write_block(const json::Value& value, std::size_t indent, bool after_dash, std::string& out) {
    const std::string margin(indent, ' ');
    if (value.is_object()) {
        for (const auto& member : value.as_object()) {
            if (!after_dash) out += margin;
            after_dash = false;
            write_member({member.key().data(), member.key().size()}, member.value(), indent, out);
        }
        return;
    }
    for (const auto& element : value.as_array()) {
        if (!after_dash) out += margin;
        after_dash = false;
        out += "- ";
        if (is_block(element)) {
            write_block(element, indent + 2, true, out);
        } else {
            out += scalar(element) + "\n";
        }
    }
}

} // namespace

std::string write_yaml(const json::Value& value) {
    std::string out;
    if (!is_block(value)) return scalar(value) + "\n";
    write_block(value, 0, false, out);
    return out;
}

} // namespace berth::cli
