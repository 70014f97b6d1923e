// ResponseHead: a status line and fields, collected line by line from a server that may lie.
#pragma once

#include "net/http.hpp"

#include <string_view>

namespace berth::net {

/// Bounds on a head: all lines of all heads of one exchange (1xx included), and fields of one.
inline constexpr std::size_t max_head_bytes = 64 * 1024;
inline constexpr std::size_t max_head_fields = 256;

/// Feed it each line as received. Interim (1xx) responses are skipped; lines after the final head
/// (trailers) are ignored. Throws Error response_invalid or limit_exceeded.
class ResponseHead {
public:
    void line(std::string_view line);
    bool complete() const noexcept { return complete_; }
    /// REQUIRES: complete().
    int status() const noexcept { return status_; }
    const Headers& headers() const noexcept { return headers_; }
    Headers take_headers() { return std::move(headers_); }

private:
    void start(std::string_view status_line);
    void field(std::string_view line);
    void finish();

    std::size_t bytes_ = 0;
    int status_ = 0;
    bool complete_ = false;
    Headers headers_;
};

} // namespace berth::net
