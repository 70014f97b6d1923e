#include "cli/template.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

namespace berth::cli {
namespace {

Error wrong(std::size_t position, std::string_view what) {
    return Error(ErrorCode::usage, fmt::format("template, at byte {}: {}", position, what))
        .set_hint("fields look like {{.digest}}; see berth help output");
}

std::string unescaped(std::string_view text) {
    std::string result;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char next = text[i] == '\\' && i + 1 < text.size() ? text[i + 1] : '\0';
        const char meant = next == 'n' ? '\n' : next == 't' ? '\t' : next == '\\' ? '\\' : '\0';
        result += meant ? meant : text[i];
        if (meant) ++i;
    }
    return result;
}

bool is_name_char(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
}

} // namespace

class TemplateParser {
public:
    explicit TemplateParser(std::string_view text) : text_(text) {}

    Template parse() {
        while (position_ < text_.size()) {
            const auto open = text_.find("{{", position_);
            add_text(text_.substr(position_, open - position_));
            if (open == text_.npos) break;
            position_ = open + 2;
            add_action();
        }
        return std::move(result_);
    }

private:
    using Form = Template::Form;

    void add_text(std::string_view text) {
        if (!text.empty()) result_.parts_.push_back({Form::text, unescaped(text)});
    }

    void add_action() {
        skip_spaces();
        Template::Part part{Form::field};
        if (!at('.')) part.form = function();
        skip_spaces();
        part.path = path();
        skip_spaces();
        if (part.form == Form::join) part.text = at('"') ? quoted_text() : ",";
        skip_spaces();
        if (text_.substr(position_, 2) != "}}") throw wrong(position_, "}} is missing");
        position_ += 2;
        result_.parts_.push_back(std::move(part));
    }

    Form function() {
        const auto begin = position_;
        const auto word = name();
        if (word == "json") return Form::json;
        if (word == "join") return Form::join;
        if (word == "len") return Form::length;
        throw wrong(begin, "a field starts with a dot; functions are json, join and len");
    }

    std::vector<std::string> path() {
        if (!at('.')) throw wrong(position_, "a field starts with a dot");
        std::vector<std::string> names;
        while (at('.')) {
            ++position_;
            auto word = name();
            if (word.empty() && (!names.empty() || at('.'))) {
                throw wrong(position_, "a field's name is missing");
            }
            if (word.empty()) break;
            names.push_back(std::move(word));
        }
        return names;
    }

    std::string name() {
        const auto begin = position_;
        while (position_ < text_.size() && is_name_char(text_[position_])) ++position_;
        return std::string(text_.substr(begin, position_ - begin));
    }

    std::string quoted_text() {
        const auto close = text_.find('"', position_ + 1);
        if (close == text_.npos) throw wrong(position_, "the closing quote is missing");
        auto text = unescaped(text_.substr(position_ + 1, close - position_ - 1));
        position_ = close + 1;
        return text;
    }

    bool at(char c) const { return position_ < text_.size() && text_[position_] == c; }
    void skip_spaces() {
        while (at(' ')) ++position_;
    }

    std::string_view text_;
    std::size_t position_ = 0;
    Template result_;
};

Result<Template> Template::parse(std::string_view text) {
    try {
        return TemplateParser(text).parse();
    } catch (const Error& error) {
        return error;
    }
}

const json::Value* find_path(const json::Value& value, const std::vector<std::string>& path) {
    const json::Value* current = &value;
    for (const auto& name : path) {
        if (!current->is_object()) return nullptr;
        current = current->as_object().if_contains(name);
        if (!current) return nullptr;
    }
    return current;
}

std::string plain_text(const json::Value& value) {
    if (value.is_null()) return "";
    return value.is_string() ? std::string(value.as_string()) : json::write(value);
}

namespace {

Error absent(const std::vector<std::string>& path, const json::Value& value) {
    std::vector<std::string> there;
    if (value.is_object()) {
        for (const auto& member : value.as_object()) there.emplace_back(member.key());
    }
    return Error(ErrorCode::usage,
                 fmt::format("template: there is no field .{}", fmt::join(path, ".")))
        .set_hint(fmt::format("there are {}", fmt::join(there, ", ")));
}

std::string joined(const json::Value& value, std::string_view separator) {
    if (!value.is_array()) return plain_text(value);
    std::vector<std::string> texts;
    for (const auto& element : value.as_array()) texts.push_back(plain_text(element));
    return fmt::format("{}", fmt::join(texts, separator));
}

std::size_t length(const json::Value& value) {
    if (value.is_array()) return value.as_array().size();
    if (value.is_object()) return value.as_object().size();
    return plain_text(value).size();
}

} // namespace

std::string Template::render_part(const Part& part, const json::Value& value) {
    if (part.form == Form::text) return part.text;
    const auto* found = find_path(value, part.path);
    if (!found) throw absent(part.path, value);
    switch (part.form) {
        case Form::json:
            return json::write(*found);
        case Form::join:
            return joined(*found, part.text);
        case Form::length:
            return fmt::format("{}", length(*found));
        default:
            return plain_text(*found);
    }
}

std::string Template::render(const json::Value& value) const {
    std::string text;
    for (const auto& part : parts_) text += render_part(part, value);
    if (!text.ends_with('\n')) text += '\n';
    return text;
}

} // namespace berth::cli
