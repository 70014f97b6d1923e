// What libcurl reports, as an Error that a person can act on.
#pragma once

#include "base/error.hpp"
#include "net/url.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace berth::net {

/// How far a transfer was when it failed.
struct TransferState {
    bool has_head = false;
    std::uint64_t received = 0;                 ///< bytes of the body
    std::optional<std::uint64_t> expected = {}; ///< the body's length, if it was stated
};

/// `code` is a CURLcode other than CURLE_OK; `detail` the text of CURLOPT_ERRORBUFFER, or empty.
Error curl_error(int code, std::string_view detail, const Origin& origin,
                 const TransferState& state);

} // namespace berth::net
