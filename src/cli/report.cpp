#include "cli/report.hpp"

#include "base/text.hpp"
#include "cli/display_width.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <map>

namespace berth::cli {
namespace {

std::vector<std::string> path_of(const std::string& field) {
    std::vector<std::string> path;
    if (field.empty()) return path;
    for (const auto name : split(field, '.')) path.emplace_back(name);
    return path;
}

std::string list_text(const json::Value& value) {
    if (!value.is_array()) return plain_text(value);
    std::vector<std::string> texts;
    for (const auto& element : value.as_array()) texts.push_back(plain_text(element));
    return fmt::format("{}", fmt::join(texts, ", "));
}

std::string cell(const json::Value& row, const Column& column) {
    const auto* value = find_path(row, path_of(column.field));
    if (!value || value->is_null()) return "";
    if (column.kind == Column::Kind::size && value->is_number()) {
        return human_size(value->to_number<std::uint64_t>());
    }
    if (column.kind == Column::Kind::milliseconds) return plain_text(*value) + " ms";
    return column.kind == Column::Kind::list ? list_text(*value) : plain_text(*value);
}

std::vector<Column> shown(const std::vector<Column>& columns, bool wide) {
    std::vector<Column> result;
    for (const auto& column : columns) {
        if (wide || !column.wide) result.push_back(column);
    }
    return result;
}

std::string padded_cell(const std::string& text, std::size_t width) {
    const auto used = display_width(text);
    return text + std::string(width > used ? width - used : 0, ' ');
}

/// Foreign text may hold control characters; a table shows them escaped.
std::string safe(std::string text) {
    const bool clean = std::none_of(text.begin(), text.end(), [](char c) {
        return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
    });
    return clean ? text : berth::quoted(text);
}

bool stands_below(const Column& column) {
    return column.kind == Column::Kind::below;
}

/// What stands below a row, a line each.
std::string notes_of(const json::Value& row, const std::vector<Column>& columns) {
    std::string text;
    for (const auto& column : columns) {
        const auto content = stands_below(column) ? safe(cell(row, column)) : "";
        if (content.empty()) continue;
        text +=
            fmt::format("    {}{}{}\n", column.title, column.title.empty() ? "" : ": ", content);
    }
    return text;
}

/// Columns that have something in them; all of them for a list without rows.
std::vector<Column> filled(const json::Value& list, const std::vector<Column>& columns) {
    if (!list.is_array() || list.as_array().empty()) return columns;
    std::vector<Column> result;
    for (const auto& column : columns) {
        const auto& rows = list.as_array();
        const bool any = std::any_of(rows.begin(), rows.end(), [&](const json::Value& row) {
            return !cell(row, column).empty();
        });
        if (any) result.push_back(column);
    }
    return result;
}

std::string render_rows(const json::Value& list, const std::vector<Column>& all_columns) {
    auto columns = filled(list, all_columns);
    std::erase_if(columns, stands_below);
    std::vector<std::vector<std::string>> lines(1);
    for (const auto& column : columns) lines[0].push_back(column.title);
    if (list.is_array()) {
        for (const auto& row : list.as_array()) {
            auto& line = lines.emplace_back();
            for (const auto& column : columns) line.push_back(safe(cell(row, column)));
        }
    }
    std::vector<std::size_t> widths(columns.size());
    for (const auto& line : lines) {
        for (std::size_t i = 0; i < line.size(); ++i) {
            widths[i] = std::max(widths[i], display_width(line[i]));
        }
    }
    std::string text;
    for (std::size_t at = 0; at < lines.size(); ++at) {
        std::string row;
        for (std::size_t i = 0; i < columns.size(); ++i)
            row += padded_cell(lines[at][i], widths[i]) + "  ";
        row.erase(row.find_last_not_of(' ') + 1);
        text += row + "\n";
        if (at > 0) text += notes_of(list.as_array()[at - 1], all_columns);
    }
    return text;
}

std::string render_card(const json::Value& value, const std::vector<Column>& columns) {
    std::vector<std::pair<std::string, std::string>> lines;
    std::size_t width = 0;
    for (const auto& column : columns) {
        auto content = safe(cell(value, column));
        if (content.empty()) continue;
        width = std::max(width, display_width(column.title));
        lines.emplace_back(column.title + ":", std::move(content));
    }
    std::string text;
    for (const auto& [title, content] : lines) {
        text += fmt::format("{}  {}\n", padded_cell(title, width + 1), content);
    }
    return text;
}

std::string render_table(const Report& report, bool wide) {
    std::string text;
    for (const auto& section : report.sections) {
        const auto* value = find_path(report.value, path_of(section.field));
        const bool rows = section.shape == Section::Shape::rows;
        const bool nested = !section.field.empty();
        if (!value || (nested && value->is_array() && value->as_array().empty())) continue;
        if (!text.empty()) text += "\n";
        const auto columns = shown(section.columns, wide);
        text += rows ? render_rows(*value, columns) : render_card(*value, columns);
    }
    return text;
}

template <class Each>
std::string for_each_element(const json::Value& value, Each&& each) {
    if (!value.is_array()) return each(value);
    std::string text;
    for (const auto& element : value.as_array()) text += each(element);
    return text;
}

std::string render_names(const Report& report) {
    const auto path = path_of(report.name_field);
    return for_each_element(report.value, [&](const json::Value& element) {
        const auto* name = find_path(element, path);
        return name ? plain_text(*name) + "\n" : std::string();
    });
}

} // namespace

Result<OutputFormat> OutputFormat::parse(std::string_view text) {
    static const std::map<std::string_view, Kind> names = {{"table", Kind::table},
                                                           {"wide", Kind::wide},
                                                           {"json", Kind::json},
                                                           {"yaml", Kind::yaml},
                                                           {"name", Kind::name}};
    OutputFormat format;
    if (text.starts_with("template=")) {
        auto parsed = Template::parse(text.substr(9));
        if (parsed.has_error()) return parsed.error();
        format.kind_ = Kind::text_template;
        format.template_.push_back(std::move(*parsed));
        return format;
    }
    const auto found = names.find(text);
    if (found == names.end()) {
        return Error(ErrorCode::usage, fmt::format("no output format {}", berth::quoted(text)));
    }
    format.kind_ = found->second;
    return format;
}

std::string OutputFormat::render(const Report& report) const {
    switch (kind_) {
        case Kind::json:
            return json::write_pretty(report.value);
        case Kind::yaml:
            return write_yaml(report.value);
        case Kind::name:
            return render_names(report);
        case Kind::text_template:
            return for_each_element(report.value, [&](const json::Value& element) {
                return template_.front().render(element);
            });
        default:
            return render_table(report, kind_ == Kind::wide);
    }
}

} // namespace berth::cli
