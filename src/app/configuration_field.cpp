#include "app/configuration_field.hpp"

#include "base/text.hpp"
#include "cli/command_line.hpp"

#include <fmt/format.h>
#include <boost/json/array.hpp>

namespace berth::app {

std::string Problem::text() const {
    return hint.empty() ? fmt::format("{}: {}", where, message)
                        : fmt::format("{}: {} ({})", where, message, hint);
}

std::string Reading::where(const YamlNode& node) const {
    if (node.line == 0) return origin_;
    return fmt::format("{}:{}:{}", origin_, node.line, node.column);
}

std::string name_hint(std::string_view word, const std::vector<std::string>& names) {
    if (const auto near = cli::suggestion(word, names))
        return fmt::format("did you mean {}?", *near);
    return fmt::format("known here: {}", fmt::join(names, ", "));
}

namespace field {

json::Value shown(const ValueType& type, const Scalar& value) {
    if (const auto* flag = std::get_if<bool>(&value)) return *flag;
    const auto text = type.format(value);
    if (const auto* number = std::get_if<std::uint64_t>(&value))
        if (text == std::to_string(*number)) return *number;
    return json::Value(text);
}

json::Object object_schema(std::vector<std::pair<std::string, json::Object>> properties,
                           const std::vector<std::string>& required) {
    json::Object members;
    for (auto& [name, schema] : properties) members[name] = std::move(schema);
    json::Object made{
        {"type", "object"}, {"additionalProperties", false}, {"properties", std::move(members)}};
    if (!required.empty()) {
        json::Array names;
        for (const auto& name : required) names.emplace_back(name);
        made["required"] = std::move(names);
    }
    return made;
}

std::string initial_text(const json::Value& value) {
    if (value.is_null()) return {};
    if (value.is_string()) return std::string(value.as_string());
    return json::write(value);
}

} // namespace field
} // namespace berth::app
