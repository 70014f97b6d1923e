#include "client/error_body.hpp"

#include "base/json.hpp"
#include "base/text.hpp"

#include <fmt/format.h>
#include <boost/json/serialize.hpp>

namespace berth::client {
namespace {

constexpr std::size_t entry_limit = 8;
constexpr std::size_t detail_limit = 200;

std::string text_member(const json::Object& object, std::string_view key) {
    const json::Value* value = object.if_contains(key);
    if (!value || value->is_null()) return {};
    if (const auto* text = value->if_string()) return std::string(*text);
    return boost::json::serialize(*value);
}

/// Whether a code in the body may say more than the status does.
bool body_counts(int status, ErrorCode from_body) {
    if (status >= 500 || status == 401 || status == 408 || status == 429) return false;
    // A body must not turn a final answer into one that is worth repeating, but for this one.
    return !traits(from_body).retryable || from_body == ErrorCode::too_many_requests;
}

std::string described(const WireError& error) {
    std::string text = error.code.empty() ? "" : berth::quoted(error.code);
    if (!error.message.empty() && !equals_ignoring_case(error.message, error.code))
        text += (text.empty() ? "" : " ") + berth::quoted(error.message);
    if (!error.detail.empty() && error.detail != "{}")
        text += (text.empty() ? "" : ", detail ") + berth::quoted(error.detail);
    return text;
}

} // namespace

ErrorCode code_of_status(int status) {
    switch (status) {
        case 401:
            return ErrorCode::unauthorized;
        case 403:
            return ErrorCode::denied;
        case 404:
            return ErrorCode::not_found;
        case 405:
        case 406:
        case 415:
        case 501:
        case 505:
            return ErrorCode::unsupported;
        case 408:
            return ErrorCode::timeout;
        case 409:
            return ErrorCode::conflict;
        case 413:
            return ErrorCode::limit_exceeded;
        case 416:
            return ErrorCode::range_invalid;
        case 429:
            return ErrorCode::too_many_requests;
        case 507:
            return ErrorCode::no_space;
        default:
            return status >= 500 ? ErrorCode::upstream_failed : ErrorCode::response_invalid;
    }
}

std::vector<WireError> parse_error_body(std::string_view body) {
    std::vector<WireError> errors;
    const auto parsed = json::parse(body);
    if (parsed.has_error() || !parsed->is_object()) return errors;
    const json::Value* list = parsed->as_object().if_contains("errors");
    if (!list || !list->is_array()) return errors;
    for (const json::Value& each : list->as_array()) {
        if (errors.size() == entry_limit) break;
        if (!each.is_object()) continue;
        const json::Object& object = each.as_object();
        errors.push_back({text_member(object, "code"), text_member(object, "message"),
                          text_member(object, "detail").substr(0, detail_limit)});
    }
    return errors;
}

Error error_of_response(int status, std::string_view body, std::string_view server,
                        std::string_view what) {
    const std::vector<WireError> errors = parse_error_body(body);
    ErrorCode code = code_of_status(status);
    std::string said;
    for (const WireError& each : errors) {
        const ErrorCode named = error_code_from_wire(each.code, code);
        if (&each == &errors.front() && body_counts(status, named)) code = named;
        const std::string text = described(each);
        if (!text.empty()) said += (said.empty() ? "" : "; ") + text;
    }
    std::string message = fmt::format("{} answered {} for {}", server, status, what);
    message += ": ";
    message += said.empty() ? traits(code).sentence : std::string_view(said);
    return Error(code, std::move(message));
}

} // namespace berth::client
