// Credentials: the keys that sign a request to AWS.
#pragma once

#include "base/secret.hpp"

#include <chrono>
#include <optional>
#include <string>

namespace berth::aws {

/// Long-term keys of a user, or the temporary ones of a role session: these have a token and an
/// end. An access key id is no secret, but it is foreign text: quote it in messages.
struct Credentials {
    std::string access_key_id = {};
    Secret secret_access_key = {};
    Secret session_token = {};
    std::optional<std::chrono::system_clock::time_point> expires = {};
};

/// Throws Error usage if these keys can't be right: an id that is not 16 to 128 letters and
/// digits, a secret that is empty or longer than 256 bytes, or blanks and control characters in
/// the secret or the token, as a careless copy and paste leaves them. Says which, never shows it.
void check_credentials(const Credentials& credentials);

} // namespace berth::aws
