#include "server/call.hpp"

#include "base/text.hpp"
#include "net/url.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace berth::server {

namespace {

constexpr auto largest = std::numeric_limits<std::int64_t>::max();

/// "first-last", "first-" or "-count".
std::optional<ByteRange> parse_range(std::string_view text, std::uint64_t size) {
    const auto dash = text.find('-');
    if (dash == std::string_view::npos) return std::nullopt;
    const auto from = text.substr(0, dash);
    const auto to = text.substr(dash + 1);
    const auto first = parse_number(from, largest);
    const auto last = parse_number(to, largest);
    if (from.empty() && last) {
        const auto length = std::min<std::uint64_t>(*last, size);
        return ByteRange{size - length, length};
    }
    if (!first || (!last && !to.empty())) return std::nullopt;
    const auto end = std::min<std::uint64_t>(last ? *last : largest, size == 0 ? 0 : size - 1);
    if (*first > end) return ByteRange{0, 0};
    return ByteRange{*first, end - *first + 1};
}

} // namespace

std::optional<ByteRange> wanted_range(const net::Request& request, std::uint64_t size) {
    const auto field = request.headers.find("Range");
    if (!field || !field->starts_with("bytes=") || field->find(',') != std::string_view::npos)
        return std::nullopt;
    const auto range = parse_range(trimmed(field->substr(6)), size);
    if (!range || range->length == 0 || size == 0) {
        throw Error(ErrorCode::range_invalid,
                    fmt::format("the content has {} bytes, none of them in {}", size,
                                berth::quoted(*field)));
    }
    return range;
}

bool is_unchanged(const net::Request& request, std::string_view entity_tag) {
    for (const auto field : request.headers.all("If-None-Match")) {
        for (auto part : split(field, ',')) {
            part = trimmed(part);
            if (part.starts_with("W/")) part.remove_prefix(2);
            if (part == "*" || part == entity_tag) return true;
        }
    }
    return false;
}

oci::Digest digest_in(std::string_view text) {
    auto digest = oci::Digest::parse(text);
    if (!digest) throw Error(ErrorCode::digest_invalid, digest.error().message());
    return *digest;
}

std::string next_link(std::string_view path, std::size_t limit, std::string_view last,
                      std::string_view more) {
    return fmt::format("<{}?n={}&last={}{}>; rel=\"next\"", path, limit, net::percent_encode(last),
                       more);
}

} // namespace berth::server
