#include "net/response_head.hpp"

#include "base/text.hpp"
#include "net/field.hpp"

#include <fmt/format.h>

#include <limits>

namespace berth::net {
namespace {

Error invalid(std::string_view what, std::string_view line) {
    return {ErrorCode::response_invalid,
            fmt::format("the response has {}: {}", what, berth::quoted(line))};
}

std::string_view without_line_end(std::string_view line) {
    if (line.ends_with('\n')) line.remove_suffix(1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    return line;
}

} // namespace

void ResponseHead::line(std::string_view raw) {
    if (complete_) return;
    bytes_ += raw.size();
    if (bytes_ > max_head_bytes)
        throw Error(ErrorCode::limit_exceeded, "the response's head is larger than 64 KiB");
    const std::string_view line = without_line_end(raw);
    if (status_ == 0)
        start(line);
    else if (line.empty())
        finish();
    else
        field(line);
}

void ResponseHead::start(std::string_view line) {
    // "HTTP/1.1 200 OK"; the reason is optional.
    const std::size_t space = line.find(' ');
    const std::string_view version = line.substr(0, space);
    if (space == std::string_view::npos || !version.starts_with("HTTP/"))
        throw invalid("no HTTP status line", line);
    const std::string_view code = line.substr(space + 1, 3);
    const std::uint64_t status = code.size() == 3 ? parse_number(code, 599).value_or(0) : 0;
    const bool ends =
        line.size() == space + 4 || (line.size() > space + 4 && line[space + 4] == ' ');
    if (status < 100 || !ends) throw invalid("a malformed status line", line);
    status_ = static_cast<int>(status);
}

void ResponseHead::field(std::string_view line) {
    if (headers_.fields().size() == max_head_fields)
        throw Error(ErrorCode::limit_exceeded, "the response has more than 256 header fields");
    const std::size_t colon = line.find(':');
    const std::string_view name = line.substr(0, colon);
    if (colon == std::string_view::npos || !is_field_name(name))
        throw invalid("a malformed header field", line);
    const std::string_view value = trimmed(line.substr(colon + 1));
    if (!is_field_value(value)) throw invalid("a control character in a header field", line);
    headers_.add(std::string(name), std::string(value));
}

void ResponseHead::finish() {
    if (status_ == 101) throw invalid("a change of protocol that was not asked for", "101");
    if (status_ < 200) {
        status_ = 0;
        headers_ = {};
        return;
    }
    const auto lengths = headers_.all("Content-Length");
    for (const std::string_view length : lengths) {
        if (length != lengths.front() ||
            !parse_number(length, std::numeric_limits<std::int64_t>::max()))
            throw invalid("a contradictory or malformed Content-Length", length);
    }
    complete_ = true;
}

} // namespace berth::net
