#include "net/field.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace berth::net {
namespace {

constexpr std::array<bool, 256> token_chars = [] {
    std::array<bool, 256> chars{};
    for (int c = 'a'; c <= 'z'; ++c) chars[static_cast<std::size_t>(c)] = true;
    for (int c = 'A'; c <= 'Z'; ++c) chars[static_cast<std::size_t>(c)] = true;
    for (int c = '0'; c <= '9'; ++c) chars[static_cast<std::size_t>(c)] = true;
    for (const char c : std::string_view("!#$%&'*+-.^_`|~"))
        chars[static_cast<std::size_t>(c)] = true;
    return chars;
}();

bool is_token_char(char c) {
    return token_chars[static_cast<unsigned char>(c)];
}

} // namespace

bool is_field_name(std::string_view name) noexcept {
    return !name.empty() && std::all_of(name.begin(), name.end(), is_token_char);
}

bool is_field_value(std::string_view value) noexcept {
    return std::none_of(value.begin(), value.end(), [](char c) {
        return (static_cast<unsigned char>(c) < ' ' && c != '\t') || c == 0x7f;
    });
}

} // namespace berth::net
