#include "client/link_header.hpp"

#include "base/text.hpp"
#include "client/field_cursor.hpp"

#include <fmt/format.h>

namespace berth::client {
namespace {

/// rel may hold several types, separated by spaces.
bool is_next(std::string_view relation) {
    for (const std::string_view each : split(relation, ' '))
        if (equals_ignoring_case(each, "next")) return true;
    return false;
}

/// Reads `; name = value` parameters; true if one of them is rel=next.
bool read_parameters(FieldCursor& cursor) {
    bool next = false;
    bool relation_seen = false; // RFC 8288: the first rel counts
    while (true) {
        cursor.skip_blanks();
        if (!cursor.take(';')) return next;
        cursor.skip_blanks();
        const std::string_view name = cursor.token();
        cursor.skip_blanks();
        if (!cursor.take('=')) continue;
        cursor.skip_blanks();
        const auto value = cursor.value();
        if (!value) return next;
        if (!equals_ignoring_case(name, "rel") || relation_seen) continue;
        relation_seen = true;
        next = is_next(*value);
    }
}

} // namespace

Result<std::optional<std::string>> next_link(std::string_view value) {
    FieldCursor cursor(value);
    while (true) {
        cursor.skip_blanks_and_commas();
        if (cursor.at_end()) return std::optional<std::string>();
        if (!cursor.take('<')) break;
        const std::string_view target = cursor.until('>');
        if (!cursor.take('>')) break;
        if (read_parameters(cursor)) return std::optional<std::string>(target);
        if (!cursor.at_end() && cursor.peek() != ',') break;
    }
    return Error(ErrorCode::response_invalid,
                 fmt::format("Link {} cannot be read", berth::quoted(value)));
}

std::optional<std::string> next_link_of(const net::Headers& headers, std::string_view what) {
    for (const std::string_view value : headers.all("Link")) {
        auto target = next_link(value);
        if (target.has_error())
            throw Error(ErrorCode::response_invalid,
                        fmt::format("{}: {}", what, target.error().message()));
        if (*target) return *target;
    }
    return std::nullopt;
}

} // namespace berth::client
