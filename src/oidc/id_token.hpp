// IdToken: a provider's statement of who has logged in (OpenID Connect Core 1.0, section 2), as a
// JWS in its compact form.
#pragma once

#include "base/json.hpp"

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

namespace berth::oidc {

inline constexpr std::size_t longest_id_token = 64 * 1024;

/// Taken apart; nothing is believed yet.
struct IdToken {
    std::string algorithm; ///< RS256 or ES256
    std::string key_id;    ///< "" if it names none
    std::string signed_text;
    std::string signature;
    json::Value claims; ///< an object
};

/// LoginFailure broken for what is no signed token, untrusted for one with another algorithm
/// ("none" is one) or with an extension that must be understood.
IdToken read_id_token(std::string_view text);

/// What the claims have to say.
struct Expected {
    std::string_view issuer;
    std::string_view client_id;
    std::string_view nonce;
    std::chrono::system_clock::time_point now;
};
/// How far the provider's clock and ours may be apart.
inline constexpr std::chrono::seconds clock_leeway{60};

/// LoginFailure untrusted (issuer, nonce), audience, clock; broken for what is missing.
void check_claims(const json::Value& claims, const Expected& expected);

} // namespace berth::oidc
