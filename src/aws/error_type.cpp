#include "aws/error_type.hpp"

#include "aws/xml.hpp"
#include "base/json.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <array>

namespace berth::aws {
namespace {

/// "com.amazonaws.ecr#AccessDeniedException:http://…" is AccessDeniedException.
std::string bare_type(std::string_view type) {
    if (const auto hash = type.rfind('#'); hash != std::string_view::npos)
        type = type.substr(hash + 1);
    return std::string(trimmed(type.substr(0, type.find(':'))));
}

std::string text_member(const json::Object& object, std::string_view key) {
    const json::Value* value = object.if_contains({key.data(), key.size()});
    const auto* text = value == nullptr ? nullptr : value->if_string();
    return text == nullptr ? std::string() : std::string(text->data(), text->size());
}

void read_json(const std::string& body, WireError& into) {
    const auto parsed = json::parse(body);
    if (parsed.has_error() || !parsed->is_object()) return;
    const json::Object& object = parsed->get_object();
    into.type = bare_type(text_member(object, "__type"));
    if (into.type.empty()) into.type = bare_type(text_member(object, "code"));
    into.message = text_member(object, "message");
    if (into.message.empty()) into.message = text_member(object, "Message");
}

void read_xml(const std::string& body, WireError& into) {
    const auto parsed = parse_xml(body);
    if (parsed.has_error()) return;
    const XmlElement* error = parsed->name == "Error" ? &*parsed : parsed->find("Error");
    if (error == nullptr) return;
    into.type = error->text_of("Code");
    into.message = error->text_of("Message");
    into.request_id = parsed->text_of("RequestId");
}

struct TypeRow {
    std::string_view type;
    Cause cause;
};
constexpr std::array<TypeRow, 47> type_table = {{
    {"RequestTimeTooSkewed", Cause::clock_skew},
    {"RequestExpired", Cause::clock_skew},
    {"RequestInTheFuture", Cause::clock_skew},
    {"InvalidClientTokenId", Cause::unknown_key},
    {"UnrecognizedClientException", Cause::unknown_key},
    {"InvalidAccessKeyId", Cause::unknown_key},
    {"SignatureDoesNotMatch", Cause::wrong_secret},
    {"InvalidSignatureException", Cause::wrong_secret},
    {"ExpiredToken", Cause::expired},
    {"ExpiredTokenException", Cause::expired},
    {"TokenRefreshRequired", Cause::expired},
    {"MissingAuthenticationToken", Cause::unsigned_call},
    {"MissingAuthenticationTokenException", Cause::unsigned_call},
    {"IncompleteSignature", Cause::unsigned_call},
    {"IncompleteSignatureException", Cause::unsigned_call},
    {"AccessDenied", Cause::denied},
    {"AccessDeniedException", Cause::denied},
    {"UnauthorizedOperation", Cause::denied},
    {"NotAuthorized", Cause::denied},
    {"RegionDisabledException", Cause::region_off},
    {"OptInRequired", Cause::region_off},
    {"ThrottlingException", Cause::throttled},
    {"Throttling", Cause::throttled},
    {"ThrottledException", Cause::throttled},
    {"TooManyRequestsException", Cause::throttled},
    {"RequestLimitExceeded", Cause::throttled},
    {"RequestThrottled", Cause::throttled},
    {"RequestThrottledException", Cause::throttled},
    {"SlowDown", Cause::throttled},
    {"BandwidthLimitExceeded", Cause::throttled},
    {"PriorRequestNotComplete", Cause::throttled},
    {"InvalidIdentityToken", Cause::identity_token},
    {"IDPRejectedClaim", Cause::identity_token},
    {"MalformedPolicyDocument", Cause::bad_request},
    {"PackedPolicyTooLarge", Cause::bad_request},
    {"ValidationError", Cause::bad_request},
    {"ValidationException", Cause::bad_request},
    {"InvalidParameterException", Cause::bad_request},
    {"InvalidAction", Cause::bad_request},
    {"UnknownOperationException", Cause::bad_request},
    {"UnsupportedCommandException", Cause::bad_request},
    {"IDPCommunicationError", Cause::failed},
    {"InternalFailure", Cause::failed},
    {"ServerException", Cause::failed},
    {"ServiceUnavailable", Cause::failed},
    {"RequestTimeout", Cause::failed},
    {"RequestTimeoutException", Cause::failed},
}};

bool speaks_of_time(const std::string& message) {
    return message.find("Signature expired") != std::string::npos ||
           message.find("Signature not yet current") != std::string::npos ||
           message.find("is now earlier than") != std::string::npos ||
           message.find("is still later than") != std::string::npos;
}

} // namespace

WireError read_wire_error(const Answer& answer) {
    WireError found;
    const auto start = answer.body.find_first_not_of(" \t\r\n");
    if (start != std::string::npos && answer.body[start] == '{') read_json(answer.body, found);
    if (start != std::string::npos && answer.body[start] == '<') read_xml(answer.body, found);
    if (found.type.empty())
        found.type = bare_type(answer.headers.find("x-amzn-ErrorType").value_or(""));
    if (const auto id = answer.headers.find("x-amzn-RequestId")) found.request_id = *id;
    return found;
}

Cause cause_of(const std::string& type, const std::string& message, int status) {
    const auto row = std::find_if(type_table.begin(), type_table.end(),
                                  [&type](const TypeRow& each) { return each.type == type; });
    if (row != type_table.end()) {
        const bool clock = row->cause == Cause::wrong_secret && speaks_of_time(message);
        return clock ? Cause::clock_skew : row->cause;
    }
    if (type.find("NotFound") != std::string::npos) return Cause::absent;
    if (status == 429) return Cause::throttled;
    if (status >= 500 || (type.empty() && status == 408)) return Cause::failed;
    return Cause::unknown;
}

} // namespace berth::aws
