#include "aws/sigv4.hpp"

#include "aws/canonical.hpp"
#include "aws/hash.hpp"
#include "base/error.hpp"
#include "base/source.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace berth::aws {
namespace {

using Fields = std::vector<std::pair<std::string, std::string>>;

constexpr std::string_view algorithm = "AWS4-HMAC-SHA256";
constexpr std::chrono::seconds longest_lifetime = std::chrono::hours(24 * 7);

[[noreturn]] void refuse(std::string_view what) {
    throw Error(ErrorCode::usage,
                fmt::format("a request to AWS cannot be signed: {} contains a line break or a "
                            "NUL byte",
                            what));
}

void check_text(std::string_view text, std::string_view what) {
    for (const char c : text)
        if (c == '\r' || c == '\n' || c == '\0') refuse(what);
}

/// A line break is allowed where it folds a value: CRLF or LF, then a blank.
void check_value(std::string_view value, const std::string& name) {
    for (std::size_t i = 0; i < value.size(); ++i) {
        const char c = value[i];
        const char next = i + 1 < value.size() ? value[i + 1] : '\0';
        const bool folds =
            (c == '\r' && next == '\n') || (c == '\n' && (next == ' ' || next == '\t'));
        if ((c == '\r' || c == '\n' || c == '\0') && !folds)
            refuse(fmt::format("header {}", berth::quoted(name)));
    }
}

bool is_set_by_the_signer(std::string_view name) {
    const std::string lower = to_lower(trimmed(name));
    return lower == "authorization" || lower == "x-amz-date" || lower == "x-amz-security-token" ||
           lower == "x-amz-content-sha256";
}

/// The request's own fields that take part in signing.
Fields own_fields(const SignableRequest& request) {
    Fields fields;
    for (const auto& [name, value] : request.headers) {
        check_text(name, "a header name");
        check_value(value, name);
        if (!is_set_by_the_signer(name)) fields.emplace_back(name, value);
    }
    return fields;
}

void check(const SignableRequest& request, const Credentials& credentials,
           const SigningScope& scope) {
    check_text(request.method, "the method");
    check_text(request.path, "the path");
    check_text(request.query, "the query");
    check_text(credentials.access_key_id, "the access key id");
    check_text(credentials.session_token.reveal(), "the session token");
    check_text(scope.region, "the region");
    check_text(scope.service, "the service");
}

std::string scope_text(const SigningScope& scope, std::string_view day) {
    return fmt::format("{}/{}/{}/aws4_request", day, scope.region, scope.service);
}

std::string canonical_path(const std::string& path, const SigningOptions& options) {
    const std::string normal = options.normalize_path ? normalized_path(path) : path;
    return options.encode_path_twice ? uri_encode(normal, true) : normal;
}

std::string hash_of_body(const SignableRequest& request, const SigningOptions& options) {
    return options.payload_hash.empty() ? sha256_hex(request.body) : options.payload_hash;
}

std::string signing_key(const Credentials& credentials, const SigningScope& scope,
                        std::string_view day) {
    const Secret seed("AWS4" + credentials.secret_access_key.reveal());
    std::string key = hmac_sha256(seed.reveal(), day);
    key = hmac_sha256(key, scope.region);
    key = hmac_sha256(key, scope.service);
    return hmac_sha256(key, "aws4_request");
}

/// What is the same for both places that a signature can be put in.
struct Inputs {
    const SignableRequest& request;
    const Credentials& credentials;
    const SigningScope& scope;
    const SigningOptions& options;
    std::string date;
    std::string body_hash;

    std::string day() const { return date.substr(0, 8); }
};

Signature signature_of(const Inputs& in, const std::string& query,
                       const CanonicalHeaders& headers) {
    Signature result;
    result.signed_headers = headers.signed_names;
    result.canonical_request = Secret(fmt::format(
        "{}\n{}\n{}\n{}\n{}\n{}", in.request.method, canonical_path(in.request.path, in.options),
        canonical_query(query), headers.lines, headers.signed_names, in.body_hash));
    result.string_to_sign =
        fmt::format("{}\n{}\n{}\n{}", algorithm, in.date, scope_text(in.scope, in.day()),
                    sha256_hex(result.canonical_request.reveal()));
    const Secret key(signing_key(in.credentials, in.scope, in.day()));
    result.hex = to_hex(as_bytes(hmac_sha256(key.reveal(), result.string_to_sign)));
    return result;
}

} // namespace

std::string amz_date(std::chrono::system_clock::time_point time) {
    using namespace std::chrono;
    const auto day = floor<days>(time);
    const year_month_day date(day);
    const hh_mm_ss clock(floor<seconds>(time - day));
    return fmt::format("{:04}{:02}{:02}T{:02}{:02}{:02}Z", static_cast<int>(date.year()),
                       static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                       clock.hours().count(), clock.minutes().count(), clock.seconds().count());
}

SignedHeaders sign(const SignableRequest& request, const Credentials& credentials,
                   const SigningScope& scope, std::chrono::system_clock::time_point now,
                   const SigningOptions& options) {
    check(request, credentials, scope);
    const Inputs in{request, credentials,   scope,
                    options, amz_date(now), hash_of_body(request, options)};
    SignedHeaders result;
    result.session_token = credentials.session_token;
    result.headers.emplace_back("X-Amz-Date", in.date);
    if (options.content_hash_header)
        result.headers.emplace_back("X-Amz-Content-Sha256", in.body_hash);

    Fields fields = own_fields(request);
    fields.insert(fields.end(), result.headers.begin(), result.headers.end());
    if (!credentials.session_token.empty() && options.sign_session_token)
        fields.emplace_back("X-Amz-Security-Token", credentials.session_token.reveal());
    result.signature = signature_of(in, request.query, canonical_headers(fields));
    result.authorization = Secret(fmt::format(
        "{} Credential={}/{}, SignedHeaders={}, Signature={}", algorithm, credentials.access_key_id,
        scope_text(scope, in.day()), result.signature.signed_headers, result.signature.hex));
    return result;
}

SignedQuery presign(const SignableRequest& request, const Credentials& credentials,
                    const SigningScope& scope, std::chrono::system_clock::time_point now,
                    std::chrono::seconds lifetime, const SigningOptions& options) {
    check(request, credentials, scope);
    if (lifetime < std::chrono::seconds(1) || lifetime > longest_lifetime)
        throw Error(ErrorCode::usage,
                    fmt::format("a signed URL lives for 1 second to 7 days, not for {} s",
                                lifetime.count()));
    const Inputs in{request, credentials,   scope,
                    options, amz_date(now), hash_of_body(request, options)};
    const CanonicalHeaders headers = canonical_headers(own_fields(request));
    std::string query = request.query;
    const auto add = [&query](std::string_view key, std::string_view value) {
        if (!query.empty()) query += '&';
        ((query += key) += '=') += uri_encode(value, false);
    };
    add("X-Amz-Algorithm", algorithm);
    add("X-Amz-Credential",
        fmt::format("{}/{}", credentials.access_key_id, scope_text(scope, in.day())));
    add("X-Amz-Date", in.date);
    add("X-Amz-Expires", fmt::format("{}", lifetime.count()));
    add("X-Amz-SignedHeaders", headers.signed_names);
    const bool token = !credentials.session_token.empty();
    if (token && options.sign_session_token)
        add("X-Amz-Security-Token", credentials.session_token.reveal());
    SignedQuery result{.signature = signature_of(in, query, headers), .query = {}};
    if (token && !options.sign_session_token)
        add("X-Amz-Security-Token", credentials.session_token.reveal());
    add("X-Amz-Signature", result.signature.hex);
    result.query = Secret(std::move(query));
    return result;
}

} // namespace berth::aws
