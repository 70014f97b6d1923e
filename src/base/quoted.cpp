#include "base/text.hpp"

#include <fmt/format.h>

namespace berth {
namespace {

struct Character {
    std::uint32_t code_point;
    std::size_t length; ///< in bytes; 0 if the bytes are not UTF-8
};

std::size_t length_by_lead(unsigned char lead) {
    if (lead < 0x80) return 1;
    if (lead >= 0xC2 && lead <= 0xDF) return 2;
    if (lead >= 0xE0 && lead <= 0xEF) return 3;
    if (lead >= 0xF0 && lead <= 0xF4) return 4;
    return 0;
}

Character first_character(std::string_view text) {
    const auto lead = static_cast<unsigned char>(text[0]);
    const std::size_t length = length_by_lead(lead);
    if (length == 0 || length > text.size()) return {0, 0};
    if (length == 1) return {lead, 1};
    std::uint32_t code_point = lead & (0x7FU >> length);
    for (std::size_t i = 1; i < length; ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        if ((byte & 0xC0) != 0x80) return {0, 0};
        code_point = code_point << 6 | (byte & 0x3FU);
    }
    constexpr std::uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
    const bool surrogate = code_point >= 0xD800 && code_point <= 0xDFFF;
    if (code_point < smallest[length] || code_point > 0x10FFFF || surrogate) return {0, 0};
    return {code_point, length};
}

/// Characters that steer a terminal or reorder what a person reads.
bool is_steering(std::uint32_t c) {
    return c < 0x20 || (c >= 0x7F && c <= 0x9F) || c == 0x061C || (c >= 0x200B && c <= 0x200F) ||
           (c >= 0x2028 && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF;
}

std::string escaped(std::uint32_t c) {
    if (c == '\n') return "\\n";
    if (c == '\r') return "\\r";
    if (c == '\t') return "\\t";
    return c < 0x80 ? fmt::format("\\x{:02x}", c) : fmt::format("\\u{:04x}", c);
}

} // namespace

std::string quoted(std::string_view text) {
    constexpr std::size_t longest = 200;
    std::string result = "\"";
    std::size_t used = 0;
    while (used < text.size()) {
        const Character next = first_character(text.substr(used));
        const std::size_t length = next.length == 0 ? 1 : next.length;
        if (used + length > longest) return result + "…\"";
        if (next.length == 0)
            result += fmt::format("\\x{:02x}", static_cast<unsigned char>(text[used]));
        else if (is_steering(next.code_point))
            result += escaped(next.code_point);
        else if (next.code_point == '"' || next.code_point == '\\')
            (result += '\\') += static_cast<char>(next.code_point);
        else
            result += text.substr(used, length);
        used += length;
    }
    return result + "\"";
}

} // namespace berth
