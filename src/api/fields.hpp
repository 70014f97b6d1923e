// Fields: members of a request's body, refused by their path so that a form can say where.
#pragma once

#include "base/json.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace berth::api {

/// Absent and null are nothing. registration::FieldError usage for another type. `field` is the
/// path from `body` on: "spec.expiry".
std::optional<std::string> text_field(const json::Object& body, std::string_view field);
std::optional<bool> boolean_field(const json::Object& body, std::string_view field);
/// Of a list of objects; the pointers are into `body`.
std::optional<std::vector<const json::Object*>> objects_field(const json::Object& body,
                                                              std::string_view field);
/// Absent and null are an empty list.
std::vector<std::string> texts_field(const json::Object& body, std::string_view field);

} // namespace berth::api
