#include "api/fields.hpp"

#include "base/text.hpp"
#include "registration/field_error.hpp"

namespace berth::api {
namespace {

[[noreturn]] void refuse(std::string_view field, const char* cause) {
    throw registration::FieldError(ErrorCode::usage, std::string(field), cause);
}

/// Null for what is not there.
const json::Value* find(const json::Object& body, std::string_view field) {
    const json::Object* object = &body;
    std::size_t begin = 0;
    while (true) {
        const auto dot = field.find('.', begin);
        const auto* value = object->if_contains(field.substr(begin, dot - begin));
        if (value == nullptr || value->is_null()) return nullptr;
        if (dot == field.npos) return value;
        if (!value->is_object()) refuse(field.substr(0, dot), "must be an object");
        object = &value->get_object();
        begin = dot + 1;
    }
}

} // namespace

std::optional<std::string> text_field(const json::Object& body, std::string_view field) {
    const auto* value = find(body, field);
    if (value == nullptr) return std::nullopt;
    if (!value->is_string()) refuse(field, "must be a string");
    return std::string(value->get_string());
}

std::optional<bool> boolean_field(const json::Object& body, std::string_view field) {
    const auto* value = find(body, field);
    if (value == nullptr) return std::nullopt;
    if (!value->is_bool()) refuse(field, "must be true or false");
    return value->get_bool();
}

std::optional<std::vector<const json::Object*>> objects_field(const json::Object& body,
                                                              std::string_view field) {
    const auto* value = find(body, field);
    if (value == nullptr) return std::nullopt;
    if (!value->is_array()) refuse(field, "must be a list of objects");
    std::vector<const json::Object*> objects;
    for (const auto& item : value->get_array()) {
        if (!item.is_object()) refuse(field, "must be a list of objects");
        objects.push_back(&item.get_object());
    }
    return objects;
}

std::vector<std::string> texts_field(const json::Object& body, std::string_view field) {
    std::vector<std::string> texts;
    const auto* value = find(body, field);
    if (value == nullptr) return texts;
    if (!value->is_array()) refuse(field, "must be a list of strings");
    for (const auto& item : value->get_array()) {
        if (!item.is_string()) refuse(field, "must be a list of strings");
        texts.emplace_back(item.get_string());
    }
    return texts;
}

} // namespace berth::api
