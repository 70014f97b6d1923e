// Template: the small part of Go's templates that -o template= understands.
//
//   {{.digest}}  {{.config.os}}  {{.}}      a field; numbers and switches as JSON writes them
//   {{json .layers}}                        any value as compact JSON
//   {{join .tags ", "}}                     the elements of a list
//   {{len .layers}}                         how many elements, members or bytes
//
// A text outside of braces is printed as it is, with \n, \t and \\ read as in a program.
#pragma once

#include "base/json.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace berth::cli {

class Template {
public:
    /// Error usage with the place of what is wrong.
    static Result<Template> parse(std::string_view text);

    /// One line for `value`, with a newline at the end unless the template ends in one. An absent
    /// field is Error usage that names those there are.
    std::string render(const json::Value& value) const;

private:
    enum class Form { text, field, json, join, length };
    struct Part {
        Form form = Form::text;
        std::string text = {}; ///< the text itself, or the separator of a join
        std::vector<std::string> path = {};
    };
    static std::string render_part(const Part& part, const json::Value& value);
    friend class TemplateParser;

    std::vector<Part> parts_;
};

/// The member of `value` that a path like {"config", "os"} names; null if it is absent.
const json::Value* find_path(const json::Value& value, const std::vector<std::string>& path);

/// Texts as they are, everything else as compact JSON.
std::string plain_text(const json::Value& value);

} // namespace berth::cli
