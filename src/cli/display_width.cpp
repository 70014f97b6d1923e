#include "cli/display_width.hpp"

namespace berth::cli {
namespace {

bool continues(char c) {
    return (static_cast<unsigned char>(c) & 0xc0) == 0x80;
}

} // namespace

std::size_t display_width(std::string_view utf8) {
    std::size_t width = 0;
    for (const char c : utf8) width += continues(c) ? 0 : 1;
    return width;
}

std::string cut_to(std::string_view utf8, std::size_t width) {
    if (display_width(utf8) <= width) return std::string(utf8);
    if (width == 0) return "";
    std::size_t columns = 0;
    std::size_t end = 0;
    while (end < utf8.size()) {
        if (!continues(utf8[end]) && ++columns == width) break;
        ++end;
    }
    return std::string(utf8.substr(0, end)) + "…";
}

} // namespace berth::cli
