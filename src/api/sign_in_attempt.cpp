#include "api/sign_in_attempt.hpp"

#include "api/return_path.hpp"
#include "base/base64url.hpp"
#include "base/text.hpp"
#include "identity/token_text.hpp"

#include <fmt/format.h>

namespace berth::api {
namespace {

constexpr std::size_t secret_size = 43;
constexpr std::size_t longest_text = 4096;

} // namespace

SignInAttempt::SignInAttempt(std::string return_to)
    : SignInAttempt(identity::random_text(), std::move(return_to)) {}

std::optional<SignInAttempt> SignInAttempt::read(std::string_view text) {
    const auto parts = split(text, '.');
    if (text.size() > longest_text || parts.size() != 2 || parts[0].size() != secret_size)
        return std::nullopt;
    const auto path = from_base64(parts[1]);
    if (!path) return std::nullopt;
    // Whoever can set a cookie here still leads nobody elsewhere.
    return SignInAttempt(std::string(parts[0]), return_path(*path));
}

std::string SignInAttempt::cookie_text() const {
    return fmt::format("{}.{}", secret_, to_base64url(return_to_));
}

oidc::Attempt SignInAttempt::at(std::string_view provider, std::string redirect) const {
    const auto derived = [&](std::string_view what) {
        return identity::hash_of(fmt::format("sign-in {} {}", what, provider), secret_);
    };
    return {.state = derived("state"),
            .nonce = derived("nonce"),
            .verifier = derived("verifier"),
            .redirect = std::move(redirect)};
}

} // namespace berth::api
