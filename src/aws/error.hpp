// AwsError: what AWS refused, by cause and not by status, and what to do about it.
//
// STS answers in XML, ECR in JSON; proxies between answer in HTML. All of it ends here.
#pragma once

#include "base/error.hpp"
#include "net/http.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace berth::aws {

enum class Cause {
    clock_skew,     ///< our clock and AWS's differ by more than it allows
    unknown_key,    ///< the access key id is not known, or the session is not valid here
    wrong_secret,   ///< the signature does not match the access key id
    expired,        ///< the session or the web identity token has ended
    unsigned_call,  ///< AWS saw no or half a signature: a proxy removed it
    denied,         ///< a policy does not allow it
    region_off,     ///< the account has not enabled the region
    throttled,      ///< too many calls
    absent,         ///< what was asked for is not there
    bad_request,    ///< the request itself is not right
    identity_token, ///< the web identity token was not accepted
    failed,         ///< AWS failed, or something between
    unknown,        ///< a type that this table does not have
};

/// Which kind of policy a refusal names.
enum class PolicyKind {
    unnamed,
    identity,
    resource,
    session,
    boundary,
    vpc_endpoint,
    service_control,
    resource_control,
    trust,
};

/// "User: P is not authorized to perform: A on resource: R because …", taken apart.
struct Denial {
    std::string principal = {};
    std::string action = {};   ///< "ecr:ListImages"
    std::string resource = {}; ///< an ARN, "*", or nothing
    bool explicit_deny = false;
    PolicyKind policy = PolicyKind::unnamed;
};

/// An answer that is not a success.
struct Answer {
    int status = 0;
    net::Headers headers = {};
    std::string body = {};
};

/// What was asked, for the message.
struct Call {
    std::string service = {};   ///< "STS", "ECR", "ECR Public"
    std::string operation = {}; ///< "AssumeRole"
    std::string region = {};
    /// How far our clock is behind AWS's, as the answer's Date says.
    std::optional<std::chrono::seconds> clock_behind = {};
};

class AwsError final : public Error {
public:
    AwsError(ErrorCode code, std::string message, Cause why);

    Cause cause = Cause::unknown;
    std::string type = {};       ///< AWS's own word, "AccessDeniedException"
    std::string text = {};       ///< AWS's own sentence, foreign text
    std::string request_id = {}; ///< what AWS's support asks for
    int status = 0;
    Denial denial = {}; ///< filled if the cause is denied
};

/// Reads an answer in any of the shapes. Never throws.
AwsError read_error(const Answer& answer, const Call& call);

/// Whether nobody answered, or nobody who could, so that another region may: no connection, no
/// answer in time, a failure of the service, one that stays busy, a region that is off.
bool is_no_answer(const Error& error);

/// Reads a refusal's sentence; what it does not say stays empty.
Denial read_denial(std::string_view text);

/// "a service control policy": for a sentence.
std::string_view name_of(PolicyKind kind);

} // namespace berth::aws
