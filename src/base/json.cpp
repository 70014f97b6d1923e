#include "base/json.hpp"

#include "base/text.hpp"

#include <fmt/format.h>
#include <boost/json/serialize.hpp>

#include <cmath>
#include <limits>

namespace berth::json {
namespace {

/// Prints a value; `indent` is 0 for the compact form.
class Writer {
public:
    explicit Writer(std::size_t indent) : indent_(indent) {}

    void write(const Value& value) {
        if (const auto* object = value.if_object())
            write_object(*object);
        else if (const auto* array = value.if_array())
            write_array(*array);
        else if (const auto* number = value.if_double())
            write_double(*number);
        else
            text_ += boost::json::serialize(value);
    }
    std::string take() { return std::move(text_); }

private:
    void write_object(const Object& object) {
        open('{');
        bool first = true;
        for (const auto& member : object) {
            next(first);
            text_ += boost::json::serialize(member.key());
            text_ += indent_ != 0 ? ": " : ":";
            write(member.value());
        }
        close('}', first);
    }

    void write_array(const Array& array) {
        open('[');
        bool first = true;
        for (const auto& element : array) {
            next(first);
            write(element);
        }
        close(']', first);
    }

    // Boost prints 1.5 as 1.5E0, which is right but not for people. JSON has no infinity.
    void write_double(double number) {
        text_ += std::isfinite(number) ? fmt::format("{}", number) : "null";
    }

    void open(char bracket) {
        text_ += bracket;
        ++depth_;
    }
    void next(bool& first) {
        if (!first) text_ += ',';
        first = false;
        line();
    }
    void close(char bracket, bool empty) {
        --depth_;
        if (!empty) line();
        text_ += bracket;
    }
    void line() {
        if (indent_ == 0) return;
        text_ += '\n';
        text_.append(depth_ * indent_, ' ');
    }

    std::size_t indent_;
    std::size_t depth_ = 0;
    std::string text_;
};

[[noreturn]] void refuse(const std::string& path, std::string_view why) {
    throw Error(ErrorCode::content_invalid, path.empty() ? fmt::format("the document {}", why)
                                                         : fmt::format("field {} {}", path, why));
}

std::string text_of(const Value& value, const std::string& path) {
    const auto* text = value.if_string();
    if (text == nullptr) refuse(path, "must be a string");
    return std::string(text->data(), text->size());
}

} // namespace

std::string write(const Value& value) {
    Writer writer(0);
    writer.write(value);
    return writer.take();
}

std::string write_pretty(const Value& value) {
    Writer writer(2);
    writer.write(value);
    return writer.take() + "\n";
}

Reader::Reader(const Value& value, std::string path)
    : object_(value.if_object()), path_(std::move(path)) {
    if (object_ == nullptr) refuse(path_, "must be an object");
}

const Value* Reader::find(std::string_view key) const {
    const Value* value = object_->if_contains({key.data(), key.size()});
    return value == nullptr || value->is_null() ? nullptr : value;
}

std::string Reader::path_of(std::string_view key) const {
    return path_.empty() ? std::string(key) : fmt::format("{}.{}", path_, key);
}

std::optional<std::string> Reader::text(std::string_view key) const {
    const Value* value = find(key);
    if (value == nullptr) return std::nullopt;
    return text_of(*value, path_of(key));
}

std::string Reader::required_text(std::string_view key) const {
    auto found = text(key);
    if (!found) refuse(path_of(key), "is missing");
    return std::move(*found);
}

std::optional<std::int64_t> Reader::integer(std::string_view key) const {
    const Value* value = find(key);
    if (value == nullptr) return std::nullopt;
    if (const auto* number = value->if_int64()) return *number;
    if (value->is_uint64()) refuse(path_of(key), "is too large");
    refuse(path_of(key), "must be a whole number");
}

std::int64_t Reader::required_integer(std::string_view key) const {
    const auto found = integer(key);
    if (!found) refuse(path_of(key), "is missing");
    return *found;
}

std::optional<bool> Reader::boolean(std::string_view key) const {
    const Value* value = find(key);
    if (value == nullptr) return std::nullopt;
    if (!value->is_bool()) refuse(path_of(key), "must be true or false");
    return value->get_bool();
}

namespace {

const Array* array_at(const Value* value, const std::string& path) {
    if (value == nullptr) return nullptr;
    if (!value->is_array()) refuse(path, "must be a list");
    return &value->get_array();
}

const Object* object_at(const Value* value, const std::string& path) {
    if (value == nullptr) return nullptr;
    if (!value->is_object()) refuse(path, "must be an object");
    return &value->get_object();
}

} // namespace

std::vector<std::string> Reader::texts(std::string_view key) const {
    std::vector<std::string> found;
    const std::string path = path_of(key);
    const Array* array = array_at(find(key), path);
    if (array == nullptr) return found;
    for (std::size_t i = 0; i < array->size(); ++i)
        found.push_back(text_of((*array)[i], fmt::format("{}[{}]", path, i)));
    return found;
}

std::map<std::string, std::string> Reader::text_map(std::string_view key) const {
    std::map<std::string, std::string> found;
    const std::string path = path_of(key);
    const Object* object = object_at(find(key), path);
    if (object == nullptr) return found;
    for (const auto& member : *object) {
        const std::string name(member.key().data(), member.key().size());
        if (!member.value().is_string())
            refuse(fmt::format("{}[{}]", path, berth::quoted(name)), "must be a string");
        found.emplace(name, text_of(member.value(), path));
    }
    return found;
}

std::vector<std::string> Reader::keys(std::string_view key) const {
    std::vector<std::string> found;
    const Object* object = object_at(find(key), path_of(key));
    if (object == nullptr) return found;
    for (const auto& member : *object) found.emplace_back(member.key().data(), member.key().size());
    return found;
}

std::optional<Reader> Reader::object(std::string_view key) const {
    const Value* value = find(key);
    if (value == nullptr) return std::nullopt;
    return Reader(*value, path_of(key));
}

std::vector<Reader> Reader::objects(std::string_view key) const {
    std::vector<Reader> found;
    const std::string path = path_of(key);
    const Array* array = array_at(find(key), path);
    if (array == nullptr) return found;
    for (std::size_t i = 0; i < array->size(); ++i)
        found.emplace_back((*array)[i], fmt::format("{}[{}]", path, i));
    return found;
}

} // namespace berth::json
