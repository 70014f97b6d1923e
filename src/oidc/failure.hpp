// LoginFailure: why a login by a provider did not work, as a word that pages know.
#pragma once

#include "base/error.hpp"

#include <string>
#include <string_view>

namespace berth::oidc {

enum class Failure {
    denied,      ///< the person, or the provider on their behalf, said no
    stale,       ///< the answer belongs to no login that this browser has begun
    unreachable, ///< no connection to the provider, or none that can be trusted
    broken,      ///< the provider answered something that makes no sense
    refused,     ///< the provider refused us: client id, secret or code
    untrusted,   ///< a token that the provider's keys did not sign
    audience,    ///< a token for somebody else
    clock,       ///< a token of another time
    busy,        ///< too many logins at once
};
std::string_view text_of(Failure failure) noexcept; ///< "denied"

/// The message is for the log and the administrator; people who log in are told the word.
class LoginFailure : public Error {
public:
    LoginFailure(Failure failure, const std::string& message, std::string hint = {});

    Failure failure() const noexcept { return failure_; }

private:
    Failure failure_;
};

} // namespace berth::oidc
