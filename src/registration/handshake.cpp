#include "base/text.hpp"
#include "registration/cause.hpp"
#include "registration/pem.hpp"
#include "registration/probe.hpp"
#include "registration/waiting.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>

#include <cerrno>
#include <cstring>
#include <ctime>
#include <memory>

namespace berth::registration {
namespace {

struct FreeTls {
    void operator()(SSL_CTX* context) const noexcept { SSL_CTX_free(context); }
    void operator()(SSL* tls) const noexcept { SSL_free(tls); }
};
using Context = std::unique_ptr<SSL_CTX, FreeTls>;
using TlsSession = std::unique_ptr<SSL, FreeTls>;

void trust_anchors(SSL_CTX* context, const std::string& pem) {
    if (pem.empty()) {
        SSL_CTX_set_default_verify_paths(context);
        return;
    }
    const Bio bio = reading(pem);
    X509_STORE* store = SSL_CTX_get_cert_store(context);
    while (const Certificate one = next_certificate(bio.get()))
        X509_STORE_add_cert(store, one.get());
    ERR_clear_error();
}

void show_certificate(SSL_CTX* context, const Trust& trust) {
    if (trust.client_certificate.empty()) return;
    const Bio bio = reading(trust.client_certificate);
    const Certificate own = next_certificate(bio.get());
    const Bio key_bio = reading(trust.client_key.reveal());
    const Key key = next_key(key_bio.get());
    if (own) SSL_CTX_use_certificate(context, own.get());
    if (key) SSL_CTX_use_PrivateKey(context, key.get());
    while (Certificate next = next_certificate(bio.get()))
        SSL_CTX_add0_chain_cert(context, next.release()); // which takes it over
    ERR_clear_error();
}

Context make_context(const Trust& trust) {
    Context context(SSL_CTX_new(TLS_client_method()));
    if (!context) throw Error(ErrorCode::internal, "OpenSSL gives no TLS context");
    SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
    // Whatever is wrong with the certificate is to be seen; the result is read afterwards.
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_NONE, nullptr);
    X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(context.get()), X509_V_FLAG_PARTIAL_CHAIN);
    trust_anchors(context.get(), trust.anchors);
    show_certificate(context.get(), trust);
    return context;
}

bool is_address(const std::string& host) {
    in_addr v4{};
    return host.starts_with('[') || ::inet_pton(AF_INET, host.c_str(), &v4) == 1;
}
std::string bare(const std::string& host) {
    return host.starts_with('[') ? host.substr(1, host.size() - 2) : host;
}

CauseError handshake_failure(const net::Origin& origin, int error, int system_failure) {
    const std::string& host = origin.host;
    const unsigned long code = ERR_peek_last_error();
    const char* text = code != 0 ? ERR_reason_error_string(code) : nullptr;
    const std::string reason = text != nullptr ? text : "";
    ERR_clear_error();
    const auto has = [&](std::string_view part) { return reason.find(part) != std::string::npos; };
    if (has("wrong version number") || has("http request") || has("packet length too long") ||
        has("record layer failure"))
        return {ErrorCode::tls_invalid, "not_tls",
                fmt::format("{} does not speak TLS at this port", host),
                fmt::format("if the registry serves plain HTTP, register {}",
                            net::Origin{"http", host, origin.port}.text())};
    if (has("certificate required") || has("handshake failure") || has("bad certificate") ||
        has("unknown ca"))
        return {ErrorCode::tls_invalid, "client_certificate_refused",
                fmt::format("{} ends the handshake: {}", host, reason),
                "the server asks for a client certificate, or does not accept this one"};
    if (code == 0 || has("unexpected eof") || error == SSL_ERROR_SYSCALL)
        return {ErrorCode::unreachable, "handshake_closed",
                fmt::format(
                    "{} closed the connection during the TLS handshake{}", host,
                    system_failure != 0 ? fmt::format(": {}", std::strerror(system_failure)) : ""),
                "it may serve plain HTTP, or a firewall between may cut TLS"};
    return {ErrorCode::tls_invalid, "handshake_failed",
            fmt::format("TLS with {} failed: {}", host, reason),
            "the server must speak TLS 1.2 or later"};
}

void finish_handshake(SSL* tls, int socket, const net::Origin& origin, std::stop_token stop) {
    Waiting waiting(std::move(stop));
    while (true) {
        ERR_clear_error();
        errno = 0;
        const int result = SSL_connect(tls);
        if (result == 1) return;
        const int system_failure = errno;
        const int error = SSL_get_error(tls, result);
        if (error == SSL_ERROR_WANT_READ)
            waiting.until(socket, POLLIN);
        else if (error == SSL_ERROR_WANT_WRITE)
            waiting.until(socket, POLLOUT);
        else
            throw handshake_failure(origin, error, system_failure);
    }
}

std::string date_text(std::chrono::system_clock::time_point time) {
    const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
    std::tm parts{};
    ::gmtime_r(&seconds, &parts);
    return fmt::format("{:04}-{:02}-{:02} {:02}:{:02} UTC", parts.tm_year + 1900, parts.tm_mon + 1,
                       parts.tm_mday, parts.tm_hour, parts.tm_min);
}

std::string names_text(const CertificateFacts& facts) {
    std::string text;
    for (const std::string& name : facts.names) text += (text.empty() ? "" : ", ") + name;
    return berth::quoted(text.empty() ? facts.subject : text);
}

Trouble authority_trouble(const CertificateFacts& facts, long verified, bool has_anchors) {
    const std::string issuer = berth::quoted(facts.issuer);
    const std::string reason = X509_verify_cert_error_string(verified);
    if (has_anchors)
        return {"certificate_wrong_authority",
                fmt::format("the certificate was issued by {}, which is none of the authorities "
                            "given: {}",
                            issuer, reason),
                "give the certificate of the authority that issued it, with all between"};
    if (facts.self_signed)
        return {"certificate_self_signed",
                fmt::format("the certificate {} vouches for itself", berth::quoted(facts.subject)),
                "give this certificate as the CA, after comparing it with the server's"};
    return {"certificate_unknown_authority",
            fmt::format("the certificate was issued by {}, which this machine does not know: {}",
                        issuer, reason),
            "give the certificate of that authority as the CA"};
}

bool is_for(X509* certificate, const std::string& host) {
    const std::string name = bare(host);
    if (is_address(host)) return X509_check_ip_asc(certificate, name.c_str(), 0) == 1;
    return X509_check_host(certificate, name.data(), name.size(), 0, nullptr) == 1;
}

std::optional<Trouble> judge(const SSL* tls, X509* certificate, const CertificateFacts& facts,
                             const std::string& host, bool has_anchors,
                             std::chrono::system_clock::time_point now) {
    if (facts.not_after < now)
        return Trouble{"certificate_expired",
                       fmt::format("the certificate ended on {}", date_text(facts.not_after)),
                       "renew the registry's certificate; if it is new, check this clock"};
    if (facts.not_before > now)
        return Trouble{"certificate_not_yet_valid",
                       fmt::format("the certificate begins on {}", date_text(facts.not_before)),
                       "check the clocks of this machine and of the one that issued it"};
    if (!is_for(certificate, host))
        return Trouble{
            "certificate_other_host",
            fmt::format("the certificate is for {}, not for {}", names_text(facts), host),
            "register the name that the certificate is for, or have one issued for "
            "this host"};
    const long verified = SSL_get_verify_result(tls);
    switch (verified) {
        case X509_V_OK:
            return std::nullopt;
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
        case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
        case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
        case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
        case X509_V_ERR_CERT_SIGNATURE_FAILURE:
        case X509_V_ERR_CERT_UNTRUSTED:
            return authority_trouble(facts, verified, has_anchors);
        default:
            return Trouble{"certificate_invalid",
                           fmt::format("the certificate is not valid: {}",
                                       X509_verify_cert_error_string(verified)),
                           "have it issued anew, and look at the certificates between"};
    }
}

} // namespace

TlsFacts shake_hands(int socket, const net::Origin& origin, const Trust& trust,
                     std::chrono::system_clock::time_point now, std::stop_token stop) {
    const std::string& host = origin.host;
    const Context context = make_context(trust);
    const TlsSession tls(SSL_new(context.get()));
    if (!tls) throw Error(ErrorCode::internal, "OpenSSL gives no TLS connection");
    SSL_set_fd(tls.get(), socket);
    if (!is_address(host)) SSL_set_tlsext_host_name(tls.get(), host.c_str());
    finish_handshake(tls.get(), socket, origin, std::move(stop));
    const Certificate certificate(SSL_get1_peer_certificate(tls.get()));
    if (!certificate)
        throw CauseError(ErrorCode::tls_invalid, "handshake_failed",
                         fmt::format("{} shows no certificate", host),
                         "the server must have a certificate");
    TlsFacts facts{.protocol = SSL_get_version(tls.get()), .certificate = facts_of(*certificate)};
    facts.trouble =
        judge(tls.get(), certificate.get(), facts.certificate, host, !trust.anchors.empty(), now);
    SSL_shutdown(tls.get());
    ERR_clear_error();
    return facts;
}

} // namespace berth::registration
