#include "api/refusal.hpp"

#include "base/utf8.hpp"
#include "db/database_error.hpp"
#include "registration/cause.hpp"
#include "registration/field_error.hpp"

#include <algorithm>
#include <array>

namespace berth::api {
namespace {

using enum ErrorCode;

struct Row {
    ErrorCode code;
    Meaning meaning;
};

constexpr std::array table = {
    Row{blob_unknown, {404, "ResourceNotFound"}},
    Row{blob_upload_invalid, {400, "BadRequest"}},
    Row{blob_upload_unknown, {404, "ResourceNotFound"}},
    Row{digest_invalid, {400, "ContentInvalid"}},
    Row{manifest_blob_unknown, {404, "ResourceNotFound"}},
    Row{manifest_invalid, {400, "ContentInvalid"}},
    Row{manifest_unknown, {404, "ResourceNotFound"}},
    Row{name_invalid, {400, "BadRequest"}},
    Row{name_unknown, {404, "ResourceNotFound"}},
    Row{size_invalid, {400, "ContentInvalid"}},
    Row{unauthorized, {400, "InvalidRegistryCredentials"}},
    Row{denied, {400, "InvalidRegistryCredentials"}},
    Row{unsupported, {400, "Unsupported"}},
    Row{too_many_requests, {500, "RegistryBusy"}},

    Row{range_invalid, {400, "BadRequest"}},
    Row{usage, {400, "BadRequest"}},
    Row{not_found, {404, "ResourceNotFound"}},
    Row{unreachable, {500, "RegistryUnreachable"}},
    Row{tls_invalid, {500, "RegistryCertificateInvalid"}},
    Row{timeout, {500, "RegistryTimeout"}},
    Row{request_timeout, {408, "RequestTimeout"}},
    Row{upstream_failed, {500, "RegistryFailed"}},
    Row{response_invalid, {500, "RegistryFailed"}},
    Row{limit_exceeded, {400, "LimitExceeded"}},
    Row{content_invalid, {400, "ContentInvalid"}},
    Row{corrupt, {500, "StoredDataDamaged"}},
    Row{conflict, {409, "Conflict"}},
    Row{no_space, {500, "NoSpace"}},
    Row{partial, {500, "Partial"}},
    Row{cancelled, {500, "Cancelled"}},
    Row{internal, {500, "InternalError"}},
};

constexpr bool in_order_of_the_enum() {
    for (std::size_t i = 0; i < table.size(); ++i)
        if (static_cast<std::size_t>(table[i].code) != i) return false;
    return table.size() == static_cast<std::size_t>(internal) + 1;
}
static_assert(in_order_of_the_enum(), "one row for each ErrorCode, in its order");

/// For messages and logs of those who read the Error without knowing of the status.
ErrorCode code_of(int status) {
    switch (status) {
        case 401:
            return unauthorized;
        case 403:
            return denied;
        case 404:
            return not_found;
        case 409:
        case 412:
            return conflict;
        case 413:
            return limit_exceeded;
        case 429:
            return too_many_requests;
        default:
            return status < 500 ? usage : upstream_failed;
    }
}

/// Palette's Terraform provider repeats whatever answer holds these words, ten times over.
std::string without_repeated_phrase(std::string text) {
    constexpr std::string_view phrase = "onnection reset";
    for (auto at = text.find(phrase); at != text.npos; at = text.find(phrase, at))
        text.replace(at, phrase.size(), "onnection broken");
    return text;
}

struct Answer {
    int status;
    std::string name;
    std::string message;
    json::Object details = {};
    int retry_after = 0;
};

/// Of our own database: no registry's fault, and its files are nobody's business here.
Answer of_our_database(ErrorCode code) {
    switch (code) {
        case timeout:
            return {500,
                    "StorageBusy",
                    "Berth's own database is busy",
                    {{"hint", "ask again in a minute"}}};
        case no_space:
            return {500,
                    "NoSpace",
                    "Berth's own database has no room left",
                    {{"hint", "ask the administrator to free some space on the server"}}};
        case corrupt:
            return {500, "StoredDataDamaged",
                    "Berth's own database is damaged; the server's log "
                    "has more under the reference"};
        case conflict:
            return {409,
                    "Conflict",
                    "somebody else stored the same at this very moment",
                    {{"hint", "read it again and repeat the change"}}};
        default:
            return {500, "InternalError",
                    "something went wrong inside Berth; the server's log has "
                    "more under the reference"};
    }
}

Answer answer_of(const Error& error) {
    if (dynamic_cast<const db::DatabaseError*>(&error) != nullptr)
        return of_our_database(error.code());
    const auto& meaning = meaning_of(error.code());
    Answer answer{.status = meaning.status,
                  .name = std::string(meaning.name),
                  .message = utf8_text(without_repeated_phrase(error.message())),
                  .retry_after = error.retry_after_seconds()};
    if (!error.hint().empty())
        answer.details["hint"] = utf8_text(without_repeated_phrase(error.hint()));
    if (const auto* field = dynamic_cast<const registration::FieldError*>(&error)) {
        answer.details["field"] = field->field();
        if (error.code() == conflict) answer.name = "NameTaken";
        if (error.code() == denied) answer.name = "BadRequest"; // by our policy, not over there
    }
    if (const auto* cause = dynamic_cast<const registration::CauseError*>(&error))
        answer.details["cause"] = cause->cause();
    if (const auto* refusal = dynamic_cast<const Refusal*>(&error)) {
        answer.status = refusal->status();
        answer.name = refusal->name();
        for (const auto& [key, value] : refusal->details()) answer.details[key] = value;
    } else if (error.code() == internal) {
        answer.message =
            "something went wrong inside Berth; the server's log has more under the "
            "reference";
        answer.details.clear();
    }
    return answer;
}

Answer answer_of(const std::exception& error) {
    if (const auto* ours = dynamic_cast<const Error*>(&error)) return answer_of(*ours);
    return answer_of(Error(internal, error.what()));
}

} // namespace

Refusal::Refusal(int status, std::string name, std::string message)
    : Error(code_of(status), std::move(message)), status_(status), name_(std::move(name)) {}

Refusal& Refusal::detail(std::string_view key, std::string_view text) {
    details_[key] = text;
    return *this;
}

Refusal& Refusal::detail(std::string_view key, json::Value value) {
    details_[key] = std::move(value);
    return *this;
}

Refusal& Refusal::hint_is(std::string hint) {
    set_hint(std::move(hint));
    return *this;
}

Refusal limited(const Error& error) {
    Refusal refusal(429, "TooManyRequests", error.message());
    refusal.set_hint(error.hint());
    refusal.set_retry_after(error.retry_after_seconds());
    return refusal;
}

const Meaning& meaning_of(ErrorCode code) noexcept {
    const auto index = static_cast<std::size_t>(code);
    return (index < table.size() ? table[index] : table.back()).meaning;
}

net::Response render(const std::exception& error, const net::Request& request) {
    auto answer = answer_of(error);
    net::Response response{.status = answer.status,
                           .body = json::write(json::Object{{"code", answer.name},
                                                            {"message", answer.message},
                                                            {"details", std::move(answer.details)},
                                                            {"ref", request.id}})};
    response.headers.add("Content-Type", "application/json");
    response.headers.add("Cache-Control", "no-store");
    response.headers.add("X-Content-Type-Options", "nosniff");
    if (answer.retry_after > 0 && answer.status == 429)
        response.headers.add("Retry-After", std::to_string(answer.retry_after));
    return response;
}

} // namespace berth::api
