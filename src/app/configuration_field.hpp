// Field: one key of the configuration, or of the elements of one of its lists. A table of fields
// is all that parsing, showing, documentation and schema need.
#pragma once

#include "app/configuration_problem.hpp"
#include "app/value_type.hpp"
#include "base/json.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace berth::app {

/// A field as documentation shows it.
struct FieldRow {
    std::string name; ///< "http.listen", "policy.quotas[].prefix"
    std::string type;
    std::string initial; ///< the default as text, "" if there is none
    std::string help;
};

template <class Owner>
struct Field {
    std::string name;
    std::string type; ///< for documentation
    std::string help;
    json::Object schema;
    bool required = false;
    bool structured = false; ///< a list: written as YAML, also in the environment
    std::function<void(Owner&, const YamlNode&, Reading&)> read;
    /// Null for what is not set.
    std::function<json::Value(const Owner&)> write;
    std::vector<FieldRow> parts = {}; ///< what a list's elements are made of
};

/// `word` was no name in `names`: the hint that names the nearest one, or all.
std::string name_hint(std::string_view word, const std::vector<std::string>& names);

namespace field {

template <class T>
struct is_optional : std::false_type {};
template <class T>
struct is_optional<std::optional<T>> : std::true_type {};

template <class Member>
void assign(Member& member, const Scalar& value) {
    if constexpr (is_optional<Member>::value) {
        assign(member.emplace(), value);
    } else if constexpr (std::is_same_v<Member, bool>) {
        member = std::get<bool>(value);
    } else if constexpr (std::is_integral_v<Member>) {
        member = static_cast<Member>(std::get<std::uint64_t>(value)); // within the type's bounds
    } else if constexpr (std::is_constructible_v<Member, const std::string&>) {
        member = std::get<std::string>(value);
    } else {
        member = Member(std::get<std::uint64_t>(value));
    }
}

template <class Member>
Scalar scalar_of(const Member& member) {
    if constexpr (std::is_same_v<Member, bool>) {
        return member;
    } else if constexpr (std::is_integral_v<Member>) {
        return static_cast<std::uint64_t>(member);
    } else if constexpr (std::is_same_v<Member, std::filesystem::path>) {
        return member.native();
    } else if constexpr (std::is_same_v<Member, std::string>) {
        return member;
    } else {
        return static_cast<std::uint64_t>(member.count());
    }
}

/// Numbers and booleans as such, all else as the text that would be read again.
json::Value shown(const ValueType& type, const Scalar& value);

template <class Member>
json::Value written(const ValueType& type, const Member& member) {
    if constexpr (is_optional<Member>::value) {
        return member ? written(type, *member) : json::Value();
    } else {
        return shown(type, scalar_of(member));
    }
}

/// One value at `place(owner)`, a reference to a member.
template <class Owner, class Place>
Field<Owner> scalar(std::string name, ValueType type, std::string help, Place place) {
    Field<Owner> made;
    made.name = std::move(name);
    made.type = type.description();
    made.help = std::move(help);
    made.schema = type.schema();
    made.read = [type, place](Owner& owner, const YamlNode& node, Reading& reading) {
        if (node.kind == YamlNode::Kind::null) return;
        if (node.kind != YamlNode::Kind::scalar) {
            reading.refuse(node, "one value is due here: " + type.description());
            return;
        }
        const auto value = type.parse(node.text);
        if (value)
            assign(place(owner), *value);
        else
            reading.refuse(node, value.error().message(), value.error().hint());
    };
    made.write = [type, place](const Owner& owner) { return written(type, place(owner)); };
    return made;
}

/// A list of texts, each of `type`.
template <class Owner, class Place>
Field<Owner> texts(std::string name, ValueType type, std::string help, Place place) {
    Field<Owner> made;
    made.name = std::move(name);
    made.type = "list of " + type.description();
    made.help = std::move(help);
    made.schema = {{"type", "array"}, {"items", type.schema()}};
    made.structured = true;
    made.read = [type, place](Owner& owner, const YamlNode& node, Reading& reading) {
        std::vector<std::string> read;
        if (node.kind != YamlNode::Kind::sequence && node.kind != YamlNode::Kind::null)
            return reading.refuse(node, "a list is due here");
        for (const auto& item : node.items) {
            const auto value = item.kind == YamlNode::Kind::scalar
                                   ? type.parse(item.text)
                                   : Error(ErrorCode::usage, "one value is due here");
            if (value)
                read.push_back(item.text);
            else
                reading.refuse(item, value.error().message(), value.error().hint());
        }
        place(owner) = std::move(read);
    };
    made.write = [place](const Owner& owner) {
        json::Array items;
        for (const auto& item : place(owner)) items.emplace_back(item);
        return json::Value(std::move(items));
    };
    return made;
}

template <class Element>
Element read_element(const std::vector<Field<Element>>& fields, const YamlNode& node,
                     Reading& reading) {
    Element element{};
    std::vector<std::string> names;
    for (const auto& each : fields) names.push_back(each.name);
    std::vector<std::string> seen;
    for (const auto& member : node.members) {
        bool known = false;
        for (const auto& each : fields) {
            if (each.name != member.key.text) continue;
            known = true;
            if (member.value.kind != YamlNode::Kind::null) seen.push_back(each.name);
            each.read(element, member.value, reading);
        }
        if (!known) {
            reading.refuse(member.key, "no key " + berth::quoted(member.key.text) + " here",
                           name_hint(member.key.text, names));
        }
    }
    for (const auto& each : fields)
        if (each.required && std::find(seen.begin(), seen.end(), each.name) == seen.end())
            reading.refuse(node, each.name + " is missing");
    return element;
}

template <class Element>
json::Value write_element(const std::vector<Field<Element>>& fields, const Element& element) {
    json::Object object;
    for (const auto& each : fields) {
        auto value = each.write(element);
        if (!value.is_null()) object[each.name] = std::move(value);
    }
    return object;
}

json::Object object_schema(std::vector<std::pair<std::string, json::Object>> properties,
                           const std::vector<std::string>& required);

template <class Element>
json::Object element_schema(const std::vector<Field<Element>>& fields) {
    std::vector<std::pair<std::string, json::Object>> properties;
    std::vector<std::string> required;
    for (const auto& each : fields) {
        auto schema = each.schema;
        schema["description"] = each.help;
        properties.emplace_back(each.name, std::move(schema));
        if (each.required) required.push_back(each.name);
    }
    return object_schema(std::move(properties), required);
}

/// The default of a field as text, for documentation.
std::string initial_text(const json::Value& value);

/// A list of structures, read as a whole: a later source replaces it, it does not add to it.
template <class Owner, class Element, class Place>
Field<Owner> list(std::string name, std::string help, std::vector<Field<Element>> fields,
                  Place place) {
    Field<Owner> made;
    made.type = "list";
    made.help = std::move(help);
    made.structured = true;
    made.schema = {{"type", "array"}, {"items", element_schema(fields)}};
    for (const auto& each : fields) {
        made.parts.push_back({name + "[]." + each.name, each.type,
                              each.required ? "" : initial_text(each.write(Element{})), each.help});
    }
    made.name = std::move(name);
    made.read = [fields, place](Owner& owner, const YamlNode& node, Reading& reading) {
        std::vector<Element> read;
        if (node.kind != YamlNode::Kind::sequence && node.kind != YamlNode::Kind::null)
            return reading.refuse(node, "a list is due here");
        for (const auto& item : node.items) {
            if (item.kind == YamlNode::Kind::mapping)
                read.push_back(read_element(fields, item, reading));
            else
                reading.refuse(item, "keys and values are due here");
        }
        place(owner) = std::move(read);
    };
    made.write = [fields, place](const Owner& owner) {
        json::Array items;
        for (const auto& item : place(owner)) items.push_back(write_element(fields, item));
        return json::Value(std::move(items));
    };
    return made;
}

} // namespace field
} // namespace berth::app
