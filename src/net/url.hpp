// Url: http and https addresses (RFC 3986), as far as registries use them.
#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace berth::net {

/// Scheme, host and port: the unit that credentials are bound to (RFC 6454).
struct Origin {
    std::string scheme; ///< "http" or "https"
    std::string host;   ///< lower case; IPv6 in brackets
    std::uint16_t port;

    std::string text() const; ///< "https://host" or with ":port" if it is not the scheme's own
    bool operator==(const Origin&) const = default;
};

struct Url {
    Origin origin;
    std::string path;  ///< starts with "/", percent-encoded as given
    std::string query; ///< without "?", percent-encoded as given

    /// Absolute http(s) URL without user info; fragments are dropped; control characters, spaces,
    /// other schemes and ports outside 1..65535 are refused. At most 8 KiB. Error usage.
    static Result<Url> parse(std::string_view text);
    /// Resolves a Location or Link target against this URL (RFC 3986 section 5.2).
    Result<Url> resolve(std::string_view reference) const;
    std::string text() const;
    std::string path_and_query() const;
};

/// Everything but unreserved characters becomes %XX.
std::string percent_encode(std::string_view text);
/// Appends key=value, both encoded, to a query.
void add_query(std::string& query, std::string_view key, std::string_view value);

} // namespace berth::net
