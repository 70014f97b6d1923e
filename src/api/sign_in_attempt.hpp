// SignInAttempt: one login by a provider that a browser has begun.
//
// The browser keeps it, in a cookie, so that logins which nobody finishes cost nothing here and a
// restart ends none. All that the provider gets to see is derived from the cookie's secret by a
// hash and bound to the provider's name: it does not give the secret away, and an answer is good in
// the browser that asked alone.
#pragma once

#include "oidc/provider.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace berth::api {

inline constexpr std::string_view sign_in_cookie = "berth_sign_in";
inline constexpr std::chrono::minutes sign_in_lifetime{10};

class SignInAttempt {
public:
    /// A new one. `return_to`: as return_path() gives it.
    explicit SignInAttempt(std::string return_to);
    /// What cookie_text() gave; nothing for another text.
    static std::optional<SignInAttempt> read(std::string_view text);

    std::string cookie_text() const;
    const std::string& return_to() const { return return_to_; }
    oidc::Attempt at(std::string_view provider, std::string redirect) const;

private:
    SignInAttempt(std::string secret, std::string return_to)
        : secret_(std::move(secret)), return_to_(std::move(return_to)) {}

    std::string secret_;
    std::string return_to_;
};

} // namespace berth::api
