#include "base/text.hpp"
#include "oci/reference.hpp"

#include <fmt/format.h>

namespace berth::oci {
namespace {

constexpr std::size_t name_limit = 255;
constexpr std::size_t tag_limit = 128;

bool is_name_byte(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool is_upper(char c) {
    return c >= 'A' && c <= 'Z';
}

bool is_separator(std::string_view text) {
    return text == "." || text == "_" || text == "__" ||
           text.find_first_not_of('-') == std::string_view::npos;
}

Error refused(std::string_view what, std::string_view text, std::string_view why) {
    return Error(ErrorCode::name_invalid,
                 fmt::format("{} is not a {}: {}", berth::quoted(text), what, why));
}

/// Why the component that begins at `start` is wrong, or nothing.
std::optional<std::string> fault_in_component(std::string_view component, std::size_t start) {
    if (component.empty()) return "a path component is empty";
    std::size_t i = 0;
    while (i < component.size()) {
        const auto end = std::min(component.find_first_of("._-", i), component.size());
        for (std::size_t k = i; k < end; ++k) {
            if (is_upper(component[k]))
                return fmt::format("byte {} is an upper-case letter; names are lower-case",
                                   start + k + 1);
            if (!is_name_byte(component[k]))
                return fmt::format("byte {} is {}; only a-z, 0-9 and separators are allowed",
                                   start + k + 1, berth::quoted(component.substr(k, 1)));
        }
        const auto next = std::min(component.find_first_not_of("._-", end), component.size());
        const bool outside = end == i || next == component.size();
        if (end < component.size() && (outside || !is_separator(component.substr(end, next - end))))
            return fmt::format(
                "{} at byte {} must be one of . _ __ or dashes, between letters "
                "or digits",
                berth::quoted(component.substr(end, next - end)), start + end + 1);
        i = next;
    }
    return std::nullopt;
}

bool is_tag_byte(char c) {
    return is_name_byte(c) || is_upper(c) || c == '_' || c == '.' || c == '-';
}

} // namespace

Result<std::string> parse_repository_name(std::string_view text) {
    if (text.empty()) return refused("repository name", text, "it is empty");
    if (text.size() > name_limit)
        return refused("repository name", text,
                       fmt::format("it has {} bytes; the limit is {}", text.size(), name_limit));
    std::size_t start = 0;
    for (const auto component : split(text, '/')) {
        if (const auto fault = fault_in_component(component, start))
            return refused("repository name", text, *fault);
        start += component.size() + 1;
    }
    return std::string(text);
}

Result<std::string> parse_tag(std::string_view text) {
    if (text.empty()) return refused("tag", text, "it is empty");
    if (text.size() > tag_limit)
        return refused("tag", text,
                       fmt::format("it has {} bytes; the limit is {}", text.size(), tag_limit));
    if (text[0] == '.' || text[0] == '-')
        return refused("tag", text, "it must begin with a letter, a digit or _");
    for (std::size_t i = 0; i < text.size(); ++i)
        if (!is_tag_byte(text[i]))
            return refused("tag", text,
                           fmt::format("byte {} is {}; only letters, digits and _ . - are allowed",
                                       i + 1, berth::quoted(text.substr(i, 1))));
    return std::string(text);
}

} // namespace berth::oci
