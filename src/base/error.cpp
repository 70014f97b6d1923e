#include "base/error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>

namespace berth {
namespace {

using enum ErrorCode;

// Exit statuses: 1 other, 2 usage, 3 not found, 4 authentication, 5 network, 6 verification,
// 7 partial, 8 conflict, 130 interrupted.
constexpr std::array table = {
    ErrorTraits{blob_unknown, "BLOB_UNKNOWN", 404, 3, false, "the blob is not in this repository"},
    ErrorTraits{blob_upload_invalid, "BLOB_UPLOAD_INVALID", 400, 1, false,
                "the upload cannot be completed as asked"},
    ErrorTraits{blob_upload_unknown, "BLOB_UPLOAD_UNKNOWN", 404, 3, false,
                "the upload is not known or has expired"},
    ErrorTraits{digest_invalid, "DIGEST_INVALID", 400, 6, false,
                "the digest is malformed or does not match the content"},
    ErrorTraits{manifest_blob_unknown, "MANIFEST_BLOB_UNKNOWN", 404, 3, false,
                "the manifest names content that is not in this repository"},
    ErrorTraits{manifest_invalid, "MANIFEST_INVALID", 400, 6, false, "the manifest is not valid"},
    ErrorTraits{manifest_unknown, "MANIFEST_UNKNOWN", 404, 3, false,
                "no manifest has this tag or digest"},
    ErrorTraits{name_invalid, "NAME_INVALID", 400, 2, false, "the repository name is not valid"},
    ErrorTraits{name_unknown, "NAME_UNKNOWN", 404, 3, false, "the repository is not there"},
    ErrorTraits{size_invalid, "SIZE_INVALID", 400, 6, false,
                "the content has not the length that was declared"},
    ErrorTraits{unauthorized, "UNAUTHORIZED", 401, 4, false, "authentication is required"},
    ErrorTraits{denied, "DENIED", 403, 4, false, "access to this resource is denied"},
    ErrorTraits{unsupported, "UNSUPPORTED", 405, 1, false, "the operation is not supported"},
    ErrorTraits{too_many_requests, "TOOMANYREQUESTS", 429, 5, true, "too many requests"},

    ErrorTraits{range_invalid, "RANGE_INVALID", 416, 1, false,
                "the content cannot satisfy the range"},
    ErrorTraits{usage, "USAGE", 400, 2, false, "the arguments are not right"},
    ErrorTraits{not_found, "NOT_FOUND", 404, 3, false, "it is not there"},
    ErrorTraits{unreachable, "UNREACHABLE", 502, 5, true, "no connection could be made"},
    ErrorTraits{tls_invalid, "TLS_INVALID", 502, 5, false, "the TLS handshake failed"},
    ErrorTraits{timeout, "TIMEOUT", 504, 5, true, "it took too long"},
    ErrorTraits{request_timeout, "REQUEST_TIMEOUT", 408, 5, true, "the request came too slowly"},
    ErrorTraits{upstream_failed, "UPSTREAM_FAILED", 502, 5, true, "the server failed"},
    ErrorTraits{response_invalid, "RESPONSE_INVALID", 502, 5, false,
                "the server answered against the protocol"},
    ErrorTraits{limit_exceeded, "LIMIT_EXCEEDED", 413, 6, false, "a limit was crossed"},
    ErrorTraits{content_invalid, "CONTENT_INVALID", 422, 6, false, "the content breaks a rule"},
    ErrorTraits{corrupt, "CORRUPT", 500, 6, false, "stored data is damaged"},
    ErrorTraits{conflict, "CONFLICT", 409, 8, false, "it exists already or has changed meanwhile"},
    ErrorTraits{no_space, "NO_SPACE", 507, 1, false, "there is no space left"},
    ErrorTraits{partial, "PARTIAL", 500, 7, false, "some items failed"},
    ErrorTraits{cancelled, "CANCELLED", 499, 130, false, "stopped on request"},
    ErrorTraits{internal, "INTERNAL", 500, 1, false, "something went wrong inside Berth"},
};

constexpr bool in_order_of_the_enum() {
    for (std::size_t i = 0; i < table.size(); ++i)
        if (static_cast<std::size_t>(table[i].code) != i) return false;
    return table.size() == static_cast<std::size_t>(internal) + 1;
}
static_assert(in_order_of_the_enum(), "one row for each ErrorCode, in its order");

} // namespace

const ErrorTraits& traits(ErrorCode code) noexcept {
    const auto index = static_cast<std::size_t>(code);
    return index < table.size() ? table[index] : table.back();
}

ErrorCode error_code_from_wire(std::string_view wire_name, ErrorCode fallback) noexcept {
    const auto row = std::find_if(table.begin(), table.end(), [&](const ErrorTraits& candidate) {
        return candidate.wire_name == wire_name;
    });
    return row == table.end() ? fallback : row->code;
}

Error::Error(ErrorCode code, std::string message) : code_(code), message_(std::move(message)) {
    render();
}

Error& Error::add_context(std::string line) {
    context_.push_back(std::move(line));
    render();
    return *this;
}

Error& Error::set_hint(std::string hint, Remedy remedy) {
    hint_ = std::move(hint);
    remedy_ = std::move(remedy);
    return *this;
}

Error& Error::set_retry_after(int seconds) {
    retry_after_seconds_ = std::max(seconds, 0);
    return *this;
}

void Error::render() {
    what_.clear();
    for (auto line = context_.rbegin(); line != context_.rend(); ++line) what_ += *line + ": ";
    what_ += message_;
}

Error system_error(std::string_view what, int error_number) {
    ErrorCode code = internal;
    if (error_number == ENOSPC || error_number == EDQUOT) code = no_space;
    if (error_number == ENOENT) code = not_found;
    return Error(code, fmt::format("{}: {}", what, std::generic_category().message(error_number)));
}

} // namespace berth
