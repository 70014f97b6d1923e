#include "registration/name.hpp"

#include "base/text.hpp"
#include "base/utf8.hpp"
#include "registration/field_error.hpp"

#include <fmt/format.h>

#include <clocale>
#include <cwctype>
#include <optional>
#include <vector>

namespace berth::registration {
namespace {

FieldError bad_name(const std::string& cause) {
    return {ErrorCode::usage, "metadata.name", cause};
}

/// One code point at the front of `text`, which is shortened; nothing for bytes that are no UTF-8.
std::optional<char32_t> take_code_point(std::string_view& text) {
    const Character first = first_character(text);
    if (first.length == 0) return std::nullopt;
    text.remove_prefix(first.length);
    return first.code_point;
}

void append(std::string& out, char32_t point) {
    const auto tail = [&](int shift) {
        out += static_cast<char>(0x80 | ((point >> shift) & 0x3f));
    };
    if (point < 0x80) {
        out += static_cast<char>(point);
    } else if (point < 0x800) {
        out += static_cast<char>(0xc0 | (point >> 6));
        tail(0);
    } else if (point < 0x10000) {
        out += static_cast<char>(0xe0 | (point >> 12));
        tail(6);
        tail(0);
    } else {
        out += static_cast<char>(0xf0 | (point >> 18));
        tail(12);
        tail(6);
        tail(0);
    }
}

struct Range {
    char32_t first;
    char32_t last;
};

/// Characters that nobody sees: controls, format characters, fillers, variation selectors, tags,
/// surrogates, private use, noncharacters.
bool is_hidden(char32_t point) {
    constexpr Range hidden[] = {{0x00, 0x1f},     {0x7f, 0x9f},       {0xad, 0xad},
                                {0x34f, 0x34f},   {0x61c, 0x61c},     {0x115f, 0x1160},
                                {0x17b4, 0x17b5}, {0x180b, 0x180f},   {0x200b, 0x200f},
                                {0x2028, 0x202e}, {0x2060, 0x206f},   {0x2800, 0x2800},
                                {0x3164, 0x3164}, {0xd800, 0xf8ff},   {0xfdd0, 0xfdef},
                                {0xfe00, 0xfe0f}, {0xfeff, 0xfeff},   {0xffa0, 0xffa0},
                                {0xfff0, 0xffff}, {0x1d173, 0x1d17a}, {0xe0000, 0x10ffff}};
    for (const Range& range : hidden) {
        if (point >= range.first && point <= range.last) return true;
    }
    return (point & 0xfffe) == 0xfffe;
}

bool is_space(char32_t point) {
    return point == ' ' || point == 0xa0 || point == 0x1680 ||
           (point >= 0x2000 && point <= 0x200a) || point == 0x202f || point == 0x205f ||
           point == 0x3000;
}

bool is_latin(char32_t point) {
    return (point >= 'a' && point <= 'z') || (point >= 'A' && point <= 'Z') ||
           (point >= 0xc0 && point <= 0x24f);
}

void check_point(char32_t point, char32_t before) {
    if (is_hidden(point))
        throw bad_name(fmt::format("has a character that cannot be seen, U+{:04X}",
                                   static_cast<unsigned>(point)));
    if (point == '/' || point == '\\') throw bad_name("has a slash; names stand in paths");
    if (point >= 0x300 && point <= 0x36f && is_latin(before))
        throw bad_name("has an accent apart from its letter")
            .hint_is("type the accented letter as one character");
}

/// Letters of all scripts, whatever locale the process runs in. Made once; never freed.
locale_t unicode_locale() {
    static const locale_t made = ::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
    if (made == nullptr) throw Error(ErrorCode::internal, "the locale C.UTF-8 is missing");
    return made;
}

} // namespace

std::string checked_name(std::string_view text) {
    std::string name;
    std::size_t points = 0;
    char32_t before = ' ';
    for (std::string_view rest = text.substr(0, 4096); !rest.empty();) {
        const auto point = take_code_point(rest);
        if (!point) throw bad_name("is not UTF-8 text");
        const char32_t seen = is_space(*point) ? U' ' : *point;
        check_point(seen, before);
        if (seen == ' ' && before == ' ') continue;
        append(name, seen);
        ++points;
        before = seen;
    }
    if (before == ' ' && !name.empty()) {
        name.pop_back();
        --points;
    }
    if (name.empty()) throw bad_name("must not be empty");
    if (points > name_limit || text.size() > 4096)
        throw bad_name(fmt::format("is longer than {} characters", name_limit));
    return name;
}

std::string name_key(std::string_view name) {
    std::string key;
    while (!name.empty()) {
        const auto point = take_code_point(name);
        if (!point) throw bad_name("is not UTF-8 text");
        // Up and down again: one form for letters with several lower ones (σ and ς, s and ſ).
        const auto upper = ::towupper_l(static_cast<wint_t>(*point), unicode_locale());
        append(key, static_cast<char32_t>(::towlower_l(upper, unicode_locale())));
    }
    return key;
}

} // namespace berth::registration
