#include "server/ranges.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace berth::server {

namespace {

constexpr std::uint64_t largest = std::numeric_limits<std::int64_t>::max();

constexpr registry::RangeWanted no_byte{.first = std::nullopt, .last = 0};

registry::RangeWanted parse_range(std::string_view text) {
    const auto dash = text.find('-');
    if (dash == std::string_view::npos) return no_byte;
    const auto from = text.substr(0, dash);
    const auto to = text.substr(dash + 1);
    const registry::RangeWanted wanted{.first = parse_number(from, largest),
                                       .last = parse_number(to, largest)};
    const bool malformed =
        wanted.first.has_value() == from.empty() || wanted.last.has_value() == to.empty();
    return malformed ? no_byte : wanted;
}

Error malformed(std::string_view field) {
    return Error(ErrorCode::blob_upload_invalid,
                 fmt::format("Content-Range {} is malformed", berth::quoted(field)))
        .set_hint("first-last, as in 0-1023; both bytes are included");
}

} // namespace

std::optional<registry::RangeWanted> wanted_range(const net::Request& request,
                                                  std::string_view entity_tag) {
    const auto field = request.headers.find("Range");
    if (!field || !field->starts_with("bytes=") || field->find(',') != std::string_view::npos)
        return std::nullopt;
    if (request.headers.find("If-Range").value_or(entity_tag) != entity_tag) return std::nullopt;
    return parse_range(trimmed(field->substr(6)));
}

std::optional<ByteRange> wanted_range(const net::Request& request, std::uint64_t size,
                                      std::string_view entity_tag) {
    const auto wanted = wanted_range(request, entity_tag);
    if (!wanted) return std::nullopt;
    const auto range = wanted->of(size);
    if (!range) {
        throw Error(ErrorCode::range_invalid,
                    fmt::format("the content has {} bytes, none of them in {}", size,
                                berth::quoted(request.headers.find("Range").value_or(""))));
    }
    return range;
}

std::optional<ByteRange> chunk_range(const net::Request& request) {
    const auto field = request.headers.find("Content-Range");
    if (!field) return std::nullopt;
    auto text = *field;
    if (text.starts_with("bytes ")) text.remove_prefix(6);
    text = text.substr(0, text.find('/'));
    const auto dash = text.find('-');
    if (dash == std::string_view::npos) throw malformed(*field);
    const auto first = parse_number(text.substr(0, dash), largest);
    const auto last = parse_number(text.substr(dash + 1), largest);
    // An empty chunk at byte n is written n-(n-1) by some clients.
    if (!first || !last || *first > *last + 1) throw malformed(*field);
    const auto length = *last + 1 - *first;
    if (request.content_length.value_or(length) != length) {
        throw Error(ErrorCode::size_invalid,
                    fmt::format("Content-Range {} does not fit a body of {} bytes",
                                berth::quoted(*field), *request.content_length));
    }
    return ByteRange{*first, length};
}

} // namespace berth::server
