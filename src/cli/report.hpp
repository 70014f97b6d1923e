// Report: what a command found out, and how -o prints it.
//
// A command fills in one JSON value and says which of its fields make a table; the six formats
// are made from that, so every command has all of them.
#pragma once

#include "base/json.hpp"
#include "cli/template.hpp"

#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace berth::cli {

/// A field of a table's rows: "size", or "config.os" for one further in.
struct Column {
    /// `below`: on a line of its own below the row, after the title; in rows only.
    enum class Kind { text, size, list, milliseconds, below };
    std::string title; ///< "DIGEST"; in a card "Digest"
    std::string field;
    Kind kind = Kind::text;
    bool wide = false; ///< in -o wide only
};

/// One block of the table form.
struct Section {
    enum class Shape { card, rows };
    Shape shape = Shape::rows;
    std::string field = {}; ///< the list or object in the value; "" for the value itself
    std::vector<Column> columns;
};

struct Report {
    json::Value value; ///< an object, or a list of objects
    std::vector<Section> sections;
    /// The field that -o name prints, of the value or of each element.
    std::string name_field = "name";
};

class OutputFormat {
public:
    /// "table", "wide", "json", "yaml", "name", "template=…". Error usage.
    static Result<OutputFormat> parse(std::string_view text);

    std::string render(const Report& report) const;

private:
    enum class Kind { table, wide, json, yaml, name, text_template };
    Kind kind_ = Kind::table;
    std::vector<Template> template_; ///< one or none
};

/// YAML 1.2, block style; every text that is not plainly a text is in double quotes.
std::string write_yaml(const json::Value& value);

} // namespace berth::cli
