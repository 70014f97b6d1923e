#include "server/via.hpp"

#include "base/file.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <string_view>

namespace berth::server {
namespace {

constexpr std::string_view name_beginning = "berth-";
constexpr std::string_view via_protocol = "1.1 ";
constexpr std::size_t name_length = name_beginning.size() + 16;

bool is_server_name(std::string_view text) {
    return text.size() == name_length && text.starts_with(name_beginning) &&
           text.find_first_not_of("0123456789abcdef", name_beginning.size()) ==
               std::string_view::npos;
}

} // namespace

std::string new_server_name() {
    return std::string(name_beginning) + random_hex_16();
}

std::vector<std::string> passed_on_by(const net::Headers& headers) {
    std::vector<std::string> names;
    for (const auto field : headers.all("Via")) {
        for (const auto each : split(field, ',')) {
            const auto words = split(trimmed(each), ' ');
            if (words.size() > 1 && is_server_name(words[1])) names.emplace_back(words[1]);
        }
    }
    return names;
}

std::string via_field(const std::vector<std::string>& names) {
    std::string field;
    for (const std::string& each : names) {
        if (!field.empty()) field += ", ";
        (field += via_protocol) += each;
    }
    return field;
}

} // namespace berth::server
