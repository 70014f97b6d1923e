#include "aws/xml.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

namespace berth::aws {
namespace {

constexpr int deepest = 16;
constexpr int most_elements = 4096;
constexpr std::string_view blanks = " \t\r\n";

bool is_name_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '.' || c == ':' || static_cast<unsigned char>(c) >= 0x80;
}

std::string stripped(const std::string& text) {
    const auto first = text.find_first_not_of(blanks);
    if (first == std::string::npos) return {};
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

void append_utf8(std::string& out, std::uint32_t c) {
    if (c < 0x80) {
        out += static_cast<char>(c);
    } else if (c < 0x800) {
        out += static_cast<char>(0xC0 | c >> 6);
        out += static_cast<char>(0x80 | (c & 0x3F));
    } else if (c < 0x10000) {
        out += static_cast<char>(0xE0 | c >> 12);
        out += static_cast<char>(0x80 | (c >> 6 & 0x3F));
        out += static_cast<char>(0x80 | (c & 0x3F));
    } else {
        out += static_cast<char>(0xF0 | c >> 18);
        out += static_cast<char>(0x80 | (c >> 12 & 0x3F));
        out += static_cast<char>(0x80 | (c >> 6 & 0x3F));
        out += static_cast<char>(0x80 | (c & 0x3F));
    }
}

std::optional<std::uint32_t> character_number(std::string_view digits) {
    const bool hex = digits.starts_with('x');
    if (hex) digits.remove_prefix(1);
    if (digits.empty() || digits.size() > 7) return std::nullopt;
    std::uint32_t number = 0;
    for (const char c : digits) {
        const auto place = std::string_view("0123456789abcdef").find(to_lower({&c, 1}));
        if (place >= (hex ? 16U : 10U)) return std::nullopt;
        number = number * (hex ? 16 : 10) + static_cast<std::uint32_t>(place);
    }
    const bool allowed = number == 9 || number == 10 || number == 13 ||
                         (number >= 0x20 && number < 0xD800) ||
                         (number >= 0xE000 && number <= 0x10FFFF);
    return allowed ? std::optional(number) : std::nullopt;
}

class Parser {
public:
    explicit Parser(std::string_view text) : rest_(text), size_(text.size()) {}

    XmlElement document() {
        skip_between();
        XmlElement root = element(0);
        skip_between();
        if (!rest_.empty()) fail("goes on after its end");
        return root;
    }

private:
    [[noreturn]] void fail(std::string_view why) const {
        throw Error(ErrorCode::content_invalid,
                    fmt::format("the XML {} at byte {}", why, size_ - rest_.size()));
    }

    bool take(std::string_view text) {
        if (!rest_.starts_with(text)) return false;
        rest_.remove_prefix(text.size());
        return true;
    }

    std::string_view up_to(std::string_view end) {
        const auto at = rest_.find(end);
        if (at == std::string_view::npos) fail("ends too early");
        const std::string_view found = rest_.substr(0, at);
        rest_.remove_prefix(at + end.size());
        return found;
    }

    void skip_blanks() {
        rest_.remove_prefix(std::min(rest_.find_first_not_of(blanks), rest_.size()));
    }

    /// Comments and processing instructions; true if there was one.
    bool skip_aside() {
        if (take("<!--")) return up_to("-->"), true;
        if (take("<?")) return up_to("?>"), true;
        return false;
    }

    void skip_between() {
        do skip_blanks();
        while (skip_aside());
    }

    std::string name() {
        std::size_t length = 0;
        while (length < rest_.size() && is_name_character(rest_[length])) ++length;
        if (length == 0) fail("lacks a name");
        std::string found(rest_.substr(0, length));
        rest_.remove_prefix(length);
        return found;
    }

    /// Through the ">" of a start tag; true if the element is empty ("/>").
    bool attributes() {
        while (true) {
            skip_blanks();
            if (take("/>")) return true;
            if (take(">")) return false;
            name();
            skip_blanks();
            if (!take("=")) fail("has an attribute without a value");
            skip_blanks();
            const std::string_view quote = rest_.substr(0, 1);
            if (quote != "\"" && quote != "'") fail("has an attribute without quotes");
            rest_.remove_prefix(1);
            up_to(quote);
        }
    }

    void entity(std::string& out) {
        constexpr std::array<std::pair<std::string_view, char>, 5> known = {
            {{"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}}};
        const std::string_view called = up_to(";");
        for (const auto& [entity_name, character] : known)
            if (called == entity_name) return void(out += character);
        const auto number =
            called.starts_with('#') ? character_number(called.substr(1)) : std::nullopt;
        if (!number) fail("has an entity that is not allowed");
        append_utf8(out, *number);
    }

    void content(XmlElement& into, int depth) {
        while (true) {
            if (rest_.empty()) fail("ends too early");
            if (rest_.starts_with("</")) return;
            if (take("<![CDATA[")) {
                into.text += up_to("]]>");
            } else if (rest_[0] == '<') {
                if (!skip_aside()) into.children.push_back(element(depth + 1));
            } else if (take("&")) {
                entity(into.text);
            } else {
                const auto length = std::min(rest_.find_first_of("<&"), rest_.size());
                into.text += rest_.substr(0, length);
                rest_.remove_prefix(length);
            }
        }
    }

    XmlElement element(int depth) {
        if (depth >= deepest) fail("is nested too deeply");
        if (++elements_ > most_elements) fail("has too many elements");
        if (!take("<") || rest_.starts_with('!')) fail("has no element");
        const std::string whole = name();
        XmlElement made{.name = whole.substr(whole.find(':') + 1), .text = {}};
        if (attributes()) return made;
        content(made, depth);
        take("</");
        if (name() != whole) fail("closes another element than it opened");
        skip_blanks();
        if (!take(">")) fail("has an end tag without end");
        made.text = stripped(made.text);
        return made;
    }

    std::string_view rest_;
    std::size_t size_;
    int elements_ = 0;
};

} // namespace

const XmlElement* XmlElement::find(std::string_view child) const {
    const auto found = std::find_if(children.begin(), children.end(),
                                    [child](const XmlElement& each) { return each.name == child; });
    return found == children.end() ? nullptr : &*found;
}

std::string XmlElement::text_of(std::string_view child) const {
    const XmlElement* found = find(child);
    return found == nullptr ? std::string() : found->text;
}

Result<XmlElement> parse_xml(std::string_view text) {
    try {
        return Parser(text).document();
    } catch (const Error& error) {
        return error;
    }
}

} // namespace berth::aws
