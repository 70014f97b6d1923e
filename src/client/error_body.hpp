// Error bodies: what a registry says went wrong (distribution-spec "Error Codes").
#pragma once

#include "base/error.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace berth::client {

/// Most bytes of an error response that are read.
inline constexpr std::uint64_t error_body_limit = 64 * 1024;

struct WireError {
    std::string code;    ///< as sent: "MANIFEST_UNKNOWN"
    std::string message; ///< as sent, foreign text
    std::string detail;  ///< as sent if it is text, else compact JSON; at most 200 bytes
};

/// The entries of `{"errors": […]}`, at most 8; empty for anything else.
std::vector<WireError> parse_error_body(std::string_view body);

/// What an HTTP status from 400 on means where the body says nothing better.
ErrorCode code_of_status(int status);

/// An Error for a response with `status` and `body` when `what` (e.g. "manifest v1 of
/// docker.io/library/debian") was asked of `server`. The code is the body's where the status
/// allows it: a 5xx is always upstream_failed and 429 too_many_requests.
Error error_of_response(int status, std::string_view body, std::string_view server,
                        std::string_view what);

} // namespace berth::client
