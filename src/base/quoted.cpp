#include "base/text.hpp"
#include "base/utf8.hpp"

#include <fmt/format.h>

namespace berth {
namespace {

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
