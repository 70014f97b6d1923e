#include "aws/credentials.hpp"

#include "base/error.hpp"

#include <algorithm>

namespace berth::aws {
namespace {

Error wrong_credential(std::string_view what, std::string hint) {
    Error error(ErrorCode::usage, std::string(what));
    error.set_hint(std::move(hint));
    return error;
}

bool is_key_id(const std::string& id) {
    return id.size() >= 16 && id.size() <= 128 && std::all_of(id.begin(), id.end(), [](char c) {
               return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                      c == '_';
           });
}

bool is_visible(const std::string& text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7f; });
}

} // namespace

void check_credentials(const Credentials& credentials) {
    constexpr std::size_t longest_secret = 256;
    constexpr std::size_t longest_token = 64 * 1024;
    if (!is_key_id(credentials.access_key_id))
        throw wrong_credential(
            "the AWS access key id is not one",
            "it is 16 to 128 letters and digits and begins with AKIA for a user's key or "
            "ASIA for a temporary one; copy it again without blanks");
    const std::string& secret = credentials.secret_access_key.reveal();
    if (secret.empty())
        throw wrong_credential("the AWS access key has no secret",
                               "give the secret access key that was shown when the key was made");
    if (!is_visible(secret) || secret.size() > longest_secret)
        throw wrong_credential(
            "the AWS secret access key contains blanks or other characters that no secret "
            "has, or is too long",
            "copy it again without the blanks or line breaks around it");
    const std::string& token = credentials.session_token.reveal();
    if (!is_visible(token) || token.size() > longest_token)
        throw wrong_credential(
            "the AWS session token contains blanks or other characters that no token has, "
            "or is too long",
            "copy it again as one line");
    if (credentials.access_key_id.starts_with("ASIA") && token.empty())
        throw wrong_credential(
            "the AWS access key is a temporary one (ASIA…) and comes without its session "
            "token",
            "give the session token too, or a user's own access key (AKIA…)");
}

} // namespace berth::aws
