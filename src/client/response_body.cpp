#include "client/response_body.hpp"

#include "base/text.hpp"
#include "client/retry_after.hpp"

#include <array>

namespace berth::client {

std::string beginning_of(Source& body, std::uint64_t limit) {
    std::string text;
    std::array<std::byte, 4096> piece;
    try {
        while (text.size() < limit) {
            const std::size_t wanted = std::min<std::uint64_t>(piece.size(), limit - text.size());
            const std::size_t size = body.read(std::span(piece).first(wanted));
            if (size == 0) break;
            text += as_text(std::span(piece).first(size));
        }
    } catch (const Error& error) {
        if (error.code() == ErrorCode::cancelled) throw;
    }
    return text;
}

int retry_after_of(const net::Headers& headers, Clock& clock) {
    const auto value = headers.find("Retry-After");
    if (!value) return 0;
    return parse_retry_after(*value, clock.wall_now()).value_or(0);
}

std::string media_type_of(const net::Headers& headers) {
    const std::string_view value = headers.find("Content-Type").value_or("");
    return to_lower(trimmed(value.substr(0, value.find(';'))));
}

} // namespace berth::client
