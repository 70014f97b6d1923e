#include "app/configuration_keys.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <iterator>

namespace berth::app {
namespace {

std::string upper(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    return out;
}

/// A code span, which a bar in a table must not end.
std::string code(std::string_view text) {
    return text.empty() ? std::string() : fmt::format("`{}`", text);
}

} // namespace

bool changes_while_serving(const Key& key) {
    return key.name.starts_with("policy.") || key.name.starts_with("rates.") ||
           key.name == "log.level";
}

std::string variable_of(std::string_view key) {
    const auto dot = key.find('.');
    return fmt::format("BERTH_{}__{}", upper(key.substr(0, dot)), upper(key.substr(dot + 1)));
}

std::vector<FieldRow> configuration_rows() {
    std::vector<FieldRow> rows;
    const Configuration initial;
    for (const auto& key : configuration_keys()) {
        rows.push_back({key.name, key.type, field::initial_text(key.write(initial)), key.help});
        rows.insert(rows.end(), key.parts.begin(), key.parts.end());
    }
    return rows;
}

std::string configuration_markdown() {
    std::string out = "| key | value | default | what it does |\n|---|---|---|---|\n";
    for (const auto& row : configuration_rows()) {
        fmt::format_to(std::back_inserter(out), "| {} | {} | {} | {} |\n", code(row.name), row.type,
                       code(row.initial), row.help);
    }
    return out;
}

json::Value configuration_schema() {
    json::Object sections;
    for (const auto& key : configuration_keys()) {
        const auto dot = key.name.find('.');
        auto& section = sections[key.name.substr(0, dot)];
        if (section.is_null()) section = field::object_schema({}, {});
        auto schema = key.schema;
        schema["description"] = key.help;
        section.as_object()["properties"].as_object()[key.name.substr(dot + 1)] = std::move(schema);
    }
    auto made = field::object_schema({}, {});
    made["properties"] = std::move(sections);
    made["$schema"] = "https://json-schema.org/draft/2020-12/schema";
    made["title"] = "berth serve";
    return made;
}

} // namespace berth::app
