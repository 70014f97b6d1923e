#include "net/curl_error.hpp"

#include "base/text.hpp"

#include <curl/curl.h>
#include <fmt/format.h>

#include <array>
#include <initializer_list>
#include <string>

namespace berth::net {
namespace {

bool contains_any(std::string_view text, std::initializer_list<std::string_view> words) {
    for (const std::string_view word : words) {
        if (text.find(word) != std::string_view::npos) return true;
    }
    return false;
}

/// Why a handshake failed, by what OpenSSL says, and what to do about it.
struct TlsCause {
    std::initializer_list<std::string_view> words;
    std::string_view message; ///< empty: OpenSSL's own words
    std::string_view hint;
    Remedy::Kind remedy = Remedy::Kind::none;
};

constexpr std::string_view plain_http_hint = "if it serves plain HTTP, use http://";

Error tls_error(std::string_view reason, const std::string& where) {
    static const std::array<TlsCause, 5> causes = {{
        {{"wrong version number", "http request", "packet length too long"},
         "does not speak TLS",
         plain_http_hint,
         Remedy::Kind::use_plain_http},
        {{"unable to get local issuer", "self-signed", "self signed", "unable to get issuer",
          "unable to verify the first"},
         "",
         "give the certificate of the authority that issued it",
         Remedy::Kind::trust_authority},
        {{"has expired", "not yet valid"}, "", "check the certificate's dates and this clock"},
        {{"subject name", "hostname mismatch", "IP address mismatch"},
         "",
         "use the host name that the certificate is for"},
        {{"certificate required", "handshake failure", "bad certificate", "unknown ca"},
         "",
         "give the client certificate that the server may ask for",
         Remedy::Kind::show_certificate},
    }};
    for (const TlsCause& cause : causes) {
        if (!contains_any(reason, cause.words)) continue;
        const std::string message = cause.message.empty()
                                        ? fmt::format("TLS with {} failed: {}", where, reason)
                                        : fmt::format("{} {}", where, cause.message);
        return Error(ErrorCode::tls_invalid, message)
            .set_hint(std::string(cause.hint), {cause.remedy});
    }
    return {ErrorCode::tls_invalid, fmt::format("TLS with {} failed: {}", where, reason)};
}

Error broken(std::string_view reason, const std::string& where, const TransferState& state) {
    if (!state.has_head)
        return {ErrorCode::unreachable,
                fmt::format("{} closed the connection without an answer: {}", where, reason)};
    if (state.expected)
        return {ErrorCode::unreachable, fmt::format("{} closed the connection after {} of {} bytes",
                                                    where, state.received, *state.expected)};
    return {ErrorCode::unreachable,
            fmt::format("{} closed the connection after {} bytes, before the end of the body",
                        where, state.received)};
}

Error exchange_error(std::string_view reason, const std::string& where,
                     const TransferState& state) {
    // A TLS 1.3 server refuses a client's certificate only after the handshake.
    if (contains_any(reason, {"alert"})) return tls_error(reason, where);
    if (contains_any(reason, {"chunk", "hexadecimal"}))
        return {ErrorCode::response_invalid,
                fmt::format("{} sent a malformed chunked body: {}", where, reason)};
    if (contains_any(reason, {"CONNECT"}))
        return {ErrorCode::unreachable,
                fmt::format("the proxy gives no connection to {}: {}", where, reason)};
    return broken(reason, where, state);
}

Error proxy_error(std::string_view reason, const std::string& where) {
    return {ErrorCode::unreachable,
            fmt::format("the proxy for {} cannot be used: {}", where, reason)};
}

Error not_http(std::string_view reason, const std::string& where) {
    if (contains_any(reason, {"proxy"})) return proxy_error(reason, where);
    return Error(ErrorCode::response_invalid,
                 fmt::format("{} does not answer in HTTP: {}", where, reason))
        .set_hint("the server may expect TLS, or it is not a registry");
}

Error handshake_error(std::string_view reason, const std::string& where) {
    if (contains_any(reason, {"SYSCALL", "onnection reset", "unexpected eof"}))
        return Error(ErrorCode::unreachable,
                     fmt::format("{} closed the connection during the TLS handshake", where))
            .set_hint(std::string(plain_http_hint), {Remedy::Kind::use_plain_http});
    return tls_error(reason, where);
}

} // namespace

Error curl_error(int code, std::string_view detail, const Origin& origin,
                 const TransferState& state) {
    const std::string where = origin.text();
    const std::string_view reason =
        detail.empty() ? curl_easy_strerror(static_cast<CURLcode>(code)) : trimmed(detail);
    switch (code) {
        case CURLE_COULDNT_RESOLVE_HOST:
            return Error(ErrorCode::unreachable,
                         fmt::format("the host name of {} cannot be resolved", where))
                .set_hint("check its spelling and this machine's DNS");
        case CURLE_COULDNT_RESOLVE_PROXY:
        case CURLE_PROXY:
            return proxy_error(reason, where);
        case CURLE_COULDNT_CONNECT:
            return {ErrorCode::unreachable, fmt::format("cannot connect to {}: {}", where, reason)};
        case CURLE_OPERATION_TIMEDOUT:
            return {ErrorCode::timeout, fmt::format("no connection to {}: {}", where, reason)};
        case CURLE_SSL_CONNECT_ERROR:
            return handshake_error(reason, where);
        case CURLE_PEER_FAILED_VERIFICATION:
        case CURLE_SSL_CERTPROBLEM:
        case CURLE_SSL_CIPHER:
        case CURLE_SSL_CACERT_BADFILE:
        case CURLE_SSL_ISSUER_ERROR:
        case CURLE_SSL_INVALIDCERTSTATUS:
        case CURLE_USE_SSL_FAILED:
            return tls_error(reason, where);
        case CURLE_PARTIAL_FILE:
        case CURLE_GOT_NOTHING:
        case CURLE_SEND_FAIL_REWIND:
            return broken(reason, where, state);
        case CURLE_SEND_ERROR:
        case CURLE_RECV_ERROR:
            return exchange_error(reason, where, state);
        case CURLE_WEIRD_SERVER_REPLY:
        case CURLE_UNSUPPORTED_PROTOCOL:
            return not_http(reason, where);
        case CURLE_OUT_OF_MEMORY:
            // libcurl says so when one header line outgrows its buffer.
            if (!state.has_head)
                return {ErrorCode::limit_exceeded,
                        fmt::format("{}: the response's head is larger than 64 KiB", where)};
            break;
        default:
            break;
    }
    return {ErrorCode::internal, fmt::format("the exchange with {} failed: {}", where, reason)};
}

} // namespace berth::net
