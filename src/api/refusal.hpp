// Refusal: an answer other than success, with a code that clients compare; and how every error
// becomes Palette's V1Error {code, message, details, ref}.
#pragma once

#include "base/error.hpp"
#include "base/json.hpp"
#include "net/http_message.hpp"

#include <string>
#include <string_view>

namespace berth::api {

/// Thrown where the table of refusal.cpp would say too little. Catch it by reference.
class Refusal : public Error {
public:
    /// `status`: of the answer. `name`: "NameTaken", "EtagMismatch", "InvalidRegistryCredentials".
    Refusal(int status, std::string name, std::string message);

    int status() const noexcept { return status_; }
    const std::string& name() const noexcept { return name_; }
    const json::Object& details() const noexcept { return details_; }

    /// Adds to `details`: "field", "step", "upstream". The hint gets there by set_hint().
    /// Returns *this.
    Refusal& detail(std::string_view key, std::string_view text);
    Refusal& detail(std::string_view key, const char* text) {
        return detail(key, std::string_view(text));
    }
    Refusal& detail(std::string_view key, json::Value value);
    Refusal& hint_is(std::string hint);

private:
    int status_;
    std::string name_;
    json::Object details_;
};

/// 429 TooManyRequests, of this server: `error` is a limiter's.
Refusal limited(const Error& error);

/// What a V1Error would say of this error: the status and the name of the table.
struct Meaning {
    int status;
    std::string_view name;
};

/// The row for an error that an operation throws. Whoever asked has been let in by then, so
/// `unauthorized` and `denied` are another registry's refusals of what is stored for it: 400
/// InvalidRegistryCredentials, never 401 or 403. Likewise too_many_requests is never 429, and what
/// another server failed in is 500 with a name of its own, since clients repeat what is 429 or 502
/// to 504 and gateways replace such answers.
const Meaning& meaning_of(ErrorCode code) noexcept;

/// The whole answer. `details` has hint; field for a registration::FieldError; cause for a
/// registration::CauseError; and what a Refusal adds. Of an internal error nothing is said but the
/// `ref`, which is the request's id. Any std::exception that is no Error counts as internal.
net::Response render(const std::exception& error, const net::Request& request);

} // namespace berth::api
