#include "base/text.hpp"
#include "net/http.hpp"

#include <algorithm>
#include <limits>

namespace berth::net {

void Headers::add(std::string name, std::string value) {
    fields_.emplace_back(std::move(name), std::move(value));
}

void Headers::set(std::string name, std::string value) {
    remove(name);
    add(std::move(name), std::move(value));
}

void Headers::remove(std::string_view name) {
    std::erase_if(fields_,
                  [&](const auto& field) { return equals_ignoring_case(field.first, name); });
}

std::optional<std::string_view> Headers::find(std::string_view name) const {
    const auto found = std::find_if(fields_.begin(), fields_.end(), [&](const auto& field) {
        return equals_ignoring_case(field.first, name);
    });
    if (found == fields_.end()) return std::nullopt;
    return found->second;
}

std::vector<std::string_view> Headers::all(std::string_view name) const {
    std::vector<std::string_view> values;
    for (const auto& [field, value] : fields_) {
        if (equals_ignoring_case(field, name)) values.emplace_back(value);
    }
    return values;
}

std::optional<std::uint64_t> HttpResponse::content_length() const {
    const std::vector<std::string_view> values = headers.all("Content-Length");
    if (values.size() != 1) return std::nullopt;
    return parse_number(values.front(), std::numeric_limits<std::int64_t>::max());
}

} // namespace berth::net
