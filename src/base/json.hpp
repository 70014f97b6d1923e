// Strict reading of foreign JSON, on Boost.JSON.
//
// parse() bounds depth and refuses duplicate keys, invalid UTF-8 and trailing text. The readers
// say which field is wrong: every Error names the path of the field, as in "layers[2].digest".
// Unknown fields are ignored, as the OCI specifications ask.
#pragma once

#include "base/result.hpp"

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace berth::json {

using Value = boost::json::value;
using Object = boost::json::object;
using Array = boost::json::array;

/// At most 32 levels deep. Errors are content_invalid with the byte offset.
Result<Value> parse(std::string_view text);

/// Compact, keys in the order of insertion.
std::string write(const Value& value);
/// Two spaces of indent, one trailing newline: for people and for golden files.
std::string write_pretty(const Value& value);

/// Reads the members of one object. Every member function throws Error content_invalid naming
/// the field when the type is wrong; `required_…` also when the field is absent or null.
class Reader {
public:
    /// `path` is the object's own name for messages, "" for the document itself.
    Reader(const Value& value, std::string path);

    std::optional<std::string> text(std::string_view key) const;
    std::string required_text(std::string_view key) const;
    std::optional<std::int64_t> integer(std::string_view key) const;
    std::int64_t required_integer(std::string_view key) const;
    std::optional<bool> boolean(std::string_view key) const;
    /// Absent and null are an empty list.
    std::vector<std::string> texts(std::string_view key) const;
    /// Absent and null are an empty map.
    std::map<std::string, std::string> text_map(std::string_view key) const;
    /// Keys of an object whose values do not matter (Docker's sets: ExposedPorts, Volumes).
    std::vector<std::string> keys(std::string_view key) const;
    std::optional<Reader> object(std::string_view key) const;
    /// One Reader per element; absent and null are an empty list.
    std::vector<Reader> objects(std::string_view key) const;
    const Value* find(std::string_view key) const;

    /// "layers[2].digest" for key "digest" in the object at "layers[2]".
    std::string path_of(std::string_view key) const;

private:
    const Object* object_;
    std::string path_;
};

} // namespace berth::json
