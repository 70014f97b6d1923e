#include "client/field_cursor.hpp"

namespace berth::client {
namespace {

bool is_alphanumeric(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}
bool is_token_byte(char c) {
    return is_alphanumeric(c) ||
           (c != '\0' && std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos);
}
bool is_token68_byte(char c) {
    return is_alphanumeric(c) ||
           (c != '\0' && std::string_view("-._~+/").find(c) != std::string_view::npos);
}

} // namespace

void FieldCursor::skip_blanks() {
    while (peek() == ' ' || peek() == '\t') ++position_;
}

void FieldCursor::skip_blanks_and_commas() {
    while (peek() == ' ' || peek() == '\t' || peek() == ',') ++position_;
}

bool FieldCursor::take(char wanted) {
    if (at_end() || peek() != wanted) return false;
    ++position_;
    return true;
}

std::string_view FieldCursor::token() {
    const std::size_t begin = position_;
    while (!at_end() && is_token_byte(peek())) ++position_;
    return text_.substr(begin, position_ - begin);
}

std::string_view FieldCursor::token68() {
    const std::size_t begin = position_;
    while (!at_end() && is_token68_byte(peek())) ++position_;
    if (position_ > begin)
        while (peek() == '=') ++position_;
    return text_.substr(begin, position_ - begin);
}

std::string_view FieldCursor::until(char stop) {
    const std::size_t begin = position_;
    while (!at_end() && peek() != stop) ++position_;
    return text_.substr(begin, position_ - begin);
}

std::optional<std::string> FieldCursor::quoted_string() {
    const std::size_t begin = position_;
    if (!take('"')) return std::nullopt;
    std::string content;
    while (!at_end()) {
        if (take('"')) return content;
        take('\\');
        if (at_end()) break;
        content += peek();
        ++position_;
    }
    position_ = begin;
    return std::nullopt;
}

std::optional<std::string> FieldCursor::value() {
    if (peek() == '"') return quoted_string();
    const std::string_view plain = token();
    if (plain.empty()) return std::nullopt;
    return std::string(plain);
}

} // namespace berth::client
