#include "aws/error.hpp"

#include "aws/error_type.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <array>

namespace berth::aws {
namespace {

struct Row {
    Cause cause;
    ErrorCode code;
    std::string_view sentence;
    std::string_view hint;
};
constexpr std::array<Row, 13> table = {{
    {Cause::clock_skew, ErrorCode::unauthorized,
     "this machine's clock and AWS's differ by more than AWS allows",
     "set the clock (timedatectl; NTP); AWS allows five minutes"},
    {Cause::unknown_key, ErrorCode::unauthorized,
     "AWS does not know the access key, or its session is not valid in this region",
     "check that the access key exists and is active in IAM and belongs to this partition; a "
     "session of the global STS endpoint is not valid in regions that were opted into"},
    {Cause::wrong_secret, ErrorCode::unauthorized,
     "the secret access key does not belong to the access key id",
     "enter the secret again, without blanks; if it is lost, make a new access key"},
    {Cause::expired, ErrorCode::unauthorized, "the session has expired",
     "get new temporary credentials, or use a role that Berth can assume again by itself"},
    {Cause::unsigned_call, ErrorCode::unauthorized, "the signature did not arrive at AWS whole",
     "something between Berth and AWS removes header fields; look at the proxy"},
    {Cause::denied, ErrorCode::denied, "a policy does not allow it", ""},
    {Cause::region_off, ErrorCode::denied, "the region is not enabled for the account",
     "enable the region (and STS in it) in the account's settings, or choose another region"},
    {Cause::throttled, ErrorCode::too_many_requests, "AWS is asked too often",
     "wait; if it stays, raise the account's quota for this call"},
    {Cause::absent, ErrorCode::not_found, "it is not there", ""},
    {Cause::bad_request, ErrorCode::usage, "AWS does not accept the request", ""},
    {Cause::identity_token, ErrorCode::unauthorized, "the web identity token was not accepted",
     "check the OIDC provider in IAM, its audience, and that the token's file is renewed"},
    {Cause::failed, ErrorCode::upstream_failed, "AWS, or something between, failed",
     "try again; see the AWS health dashboard if it stays"},
    {Cause::unknown, ErrorCode::response_invalid, "the answer is not one that is known", ""},
}};

constexpr bool in_order_of_the_enum() {
    for (std::size_t i = 0; i < table.size(); ++i)
        if (static_cast<std::size_t>(table[i].cause) != i) return false;
    return table.size() == static_cast<std::size_t>(Cause::unknown) + 1;
}
static_assert(in_order_of_the_enum(), "one row for each Cause, in its order");

struct PolicyRow {
    std::string_view words; ///< in AWS's sentence
    PolicyKind kind;
    std::string_view name;
};
constexpr std::array<PolicyRow, 8> policies = {{
    {"identity-based policy", PolicyKind::identity, "an identity-based policy"},
    {"resource-based policy", PolicyKind::resource, "the resource's own policy"},
    {"session policy", PolicyKind::session, "the session's policy"},
    {"permissions boundary", PolicyKind::boundary, "a permissions boundary"},
    {"VPC endpoint policy", PolicyKind::vpc_endpoint, "the policy of the VPC endpoint"},
    {"service control policy", PolicyKind::service_control, "a service control policy"},
    {"resource control policy", PolicyKind::resource_control, "a resource control policy"},
    {"trust policy", PolicyKind::trust, "the role's trust policy"},
}};

std::string word_after(std::string_view text, std::string_view mark) {
    const auto at = text.find(mark);
    if (at == std::string_view::npos) return {};
    text = trimmed(text.substr(at + mark.size()));
    return std::string(text.substr(0, text.find(' ')));
}

/// What to do about a refusal depends on whose policy it is.
std::string hint_of(const Denial& denial, const Call& call) {
    if (call.operation == "AssumeRole")
        return "AWS does not say which: the role does not exist; its trust policy does not name "
               "the caller; the external id is missing or another; or the caller may not "
               "sts:AssumeRole";
    if (call.operation == "AssumeRoleWithWebIdentity")
        return "the role does not exist, or its trust policy does not allow this OIDC provider, "
               "subject or audience";
    const std::string action = denial.action.empty() ? "the action" : berth::quoted(denial.action);
    if (denial.policy == PolicyKind::service_control || denial.policy == PolicyKind::boundary ||
        denial.policy == PolicyKind::resource_control)
        return fmt::format(
            "granting {} to the user or role does not help: {} is in the way; ask "
            "who runs the organization",
            action, name_of(denial.policy));
    if (denial.policy == PolicyKind::vpc_endpoint)
        return fmt::format("allow {} in the policy of the VPC endpoint that the call goes through",
                           action);
    if (denial.explicit_deny)
        return fmt::format("a statement with Effect Deny matches {}; an Allow does not outweigh it",
                           action);
    if (denial.action == "sts:GetServiceBearerToken")
        return "ECR Public needs sts:GetServiceBearerToken beside ecr-public:GetAuthorizationToken;"
               " allow both on resource *";
    return fmt::format("allow {} on {} in a policy of the user or role", action,
                       denial.resource.empty() ? "the resource" : berth::quoted(denial.resource));
}

std::string skew_text(std::chrono::seconds behind) {
    const auto seconds = behind.count() < 0 ? -behind.count() : behind.count();
    const std::string amount = seconds >= 120 ? fmt::format("{} minutes", (seconds + 30) / 60)
                                              : fmt::format("{} s", seconds);
    return fmt::format("this machine's clock is {} {} AWS's", amount,
                       behind.count() < 0 ? "ahead of" : "behind");
}

std::string sentence_of(const Row& row, const Denial& denial, const Call& call) {
    if (row.cause == Cause::clock_skew && call.clock_behind) return skew_text(*call.clock_behind);
    if (row.cause != Cause::denied || denial.policy == PolicyKind::unnamed)
        return std::string(row.sentence);
    return fmt::format("{} {} it", name_of(denial.policy),
                       denial.explicit_deny ? "forbids" : "does not allow");
}

std::string said(const WireError& wire, int status) {
    if (wire.type.empty()) return fmt::format("HTTP status {}", status);
    if (wire.message.empty()) return berth::quoted(wire.type);
    return fmt::format("{} {}", berth::quoted(wire.type), berth::quoted(wire.message));
}

ErrorCode code_of(const Row& row, const std::string& type, int status) {
    if (type == "RepositoryNotFoundException") return ErrorCode::name_unknown;
    if (type == "ImageNotFoundException") return ErrorCode::manifest_unknown;
    if (row.cause == Cause::unknown && status >= 300 && status < 400)
        return ErrorCode::response_invalid;
    return row.code;
}

} // namespace

AwsError::AwsError(ErrorCode code, std::string message, Cause why)
    : Error(code, std::move(message)), cause(why) {}

AwsError read_error(const Answer& answer, const Call& call) {
    const WireError wire = read_wire_error(answer);
    const Cause cause = cause_of(wire.type, wire.message, answer.status);
    const Row& row = table[static_cast<std::size_t>(cause)];
    const Denial denial = cause == Cause::denied ? read_denial(wire.message) : Denial{};
    AwsError error(
        code_of(row, wire.type, answer.status),
        fmt::format("{} {} in {}: {} (AWS says {})", call.service, call.operation, call.region,
                    sentence_of(row, denial, call), said(wire, answer.status)),
        cause);
    error.type = wire.type;
    error.text = wire.message;
    error.request_id = wire.request_id;
    error.status = answer.status;
    error.denial = denial;
    error.set_hint(cause == Cause::denied ? hint_of(denial, call) : std::string(row.hint));
    return error;
}

bool is_no_answer(const Error& error) {
    switch (error.code()) {
        case ErrorCode::unreachable:
        case ErrorCode::timeout:
        case ErrorCode::upstream_failed:
        case ErrorCode::too_many_requests:
        case ErrorCode::tls_invalid:
            return true;
        default:
            break;
    }
    const auto* said = dynamic_cast<const AwsError*>(&error);
    return said != nullptr && said->cause == Cause::region_off;
}

Denial read_denial(std::string_view text) {
    Denial denial;
    denial.principal = word_after(text, "User:");
    denial.action = word_after(text, "to perform:");
    denial.resource = word_after(text, "on resource:");
    denial.explicit_deny = text.find("explicit deny") != std::string_view::npos;
    for (const PolicyRow& row : policies)
        if (text.find(row.words) != std::string_view::npos) {
            denial.policy = row.kind;
            break;
        }
    return denial;
}

std::string_view name_of(PolicyKind kind) {
    for (const PolicyRow& row : policies)
        if (row.kind == kind) return row.name;
    return "a policy";
}

} // namespace berth::aws
