// RequestHead: a request line and fields, checked as strictly as a server in front of others' data
// must: nothing is accepted that a proxy before us could have read differently.
#pragma once

#include "net/http.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace berth::net {

inline constexpr std::size_t max_request_head = 64 * 1024;
inline constexpr std::size_t max_request_fields = 256;
inline constexpr std::size_t max_request_target = 8 * 1024;

struct RequestHead {
    std::string method;
    std::string path;  ///< starts with "/", as sent
    std::string query; ///< without "?", as sent
    Headers headers;
    std::optional<std::uint64_t> content_length = {};
    bool chunked = false;
    bool keep_alive = true;
    bool expects_continue = false;
    bool http_1_0 = false;

    bool has_body() const { return chunked || content_length.value_or(0) > 0; }
};

/// Why a head is refused; the connection cannot be used any further.
struct HeadRefusal {
    int status; ///< 400, 414, 417, 431, 501 or 505
    std::string_view reason;
};

/// `text` is everything up to and including the blank line. Refused are, beyond what RFC 9112
/// asks for: folded fields, targets that do not start with "/", Content-Length together with
/// Transfer-Encoding, and any transfer coding but a single "chunked".
std::variant<RequestHead, HeadRefusal> parse_request_head(std::string_view text);

} // namespace berth::net
