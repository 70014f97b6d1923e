#include "registration/certificate.hpp"

#include "registration/field_error.hpp"
#include "registration/pem.hpp"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <arpa/inet.h>

#include <algorithm>
#include <ctime>
#include <limits>
#include <memory>

namespace berth::registration {
namespace {

constexpr std::size_t names_limit = 32;
constexpr std::size_t certificates_limit = 500;

struct FreeNames {
    void operator()(GENERAL_NAMES* names) const noexcept { GENERAL_NAMES_free(names); }
};
using GeneralNames = std::unique_ptr<GENERAL_NAMES, FreeNames>;

std::string text_of(const X509_NAME* name) {
    const Bio out(BIO_new(BIO_s_mem()));
    // RFC 2253 escapes control characters and quotes.
    X509_NAME_print_ex(out.get(), name, 0, XN_FLAG_RFC2253);
    char* bytes = nullptr;
    const long size = BIO_get_mem_data(out.get(), &bytes);
    return {bytes, static_cast<std::size_t>(std::min(size, 512L))};
}

/// "99991231235959Z" says that a certificate never expires (RFC 5280 4.1.2.5). Our clock counts
/// nanoseconds and ends in the year 2262.
std::chrono::system_clock::time_point time_of(const ASN1_TIME* time) {
    constexpr std::time_t last = std::numeric_limits<std::int64_t>::max() / 1'000'000'000;
    std::tm parts{};
    ASN1_TIME_to_tm(time, &parts);
    return std::chrono::system_clock::from_time_t(std::clamp(::timegm(&parts), -last, last));
}

std::string name_text(const GENERAL_NAME& name) {
    if (name.type == GEN_DNS) {
        const unsigned char* bytes = ASN1_STRING_get0_data(name.d.dNSName);
        return {reinterpret_cast<const char*>(bytes),
                static_cast<std::size_t>(std::min(ASN1_STRING_length(name.d.dNSName), 253))};
    }
    if (name.type != GEN_IPADD) return {};
    const int size = ASN1_STRING_length(name.d.iPAddress);
    if (size != 4 && size != 16) return {};
    char text[INET6_ADDRSTRLEN] = {};
    ::inet_ntop(size == 4 ? AF_INET : AF_INET6, ASN1_STRING_get0_data(name.d.iPAddress), text,
                sizeof text);
    return text;
}

} // namespace

CertificateFacts facts_of(const x509_st& certificate) {
    auto* x509 = const_cast<X509*>(&certificate); // OpenSSL 3.0 caches extensions inside
    CertificateFacts facts;
    facts.subject = text_of(X509_get_subject_name(x509));
    facts.issuer = text_of(X509_get_issuer_name(x509));
    facts.not_before = time_of(X509_get0_notBefore(x509));
    facts.not_after = time_of(X509_get0_notAfter(x509));
    facts.self_signed = X509_self_signed(x509, 0) == 1;
    const GeneralNames names(static_cast<GENERAL_NAMES*>(
        X509_get_ext_d2i(x509, NID_subject_alt_name, nullptr, nullptr)));
    const int count = names ? sk_GENERAL_NAME_num(names.get()) : 0;
    for (int at = 0; at < count && facts.names.size() < names_limit; ++at) {
        std::string text = name_text(*sk_GENERAL_NAME_value(names.get(), at));
        if (!text.empty()) facts.names.push_back(std::move(text));
    }
    return facts;
}

std::vector<CertificateFacts> read_certificates(std::string_view pem, const std::string& field) {
    const auto refuse = [&](const std::string& cause) {
        return FieldError(ErrorCode::usage, field, cause)
            .hint_is("give one or more blocks of -----BEGIN CERTIFICATE-----");
    };
    if (pem.find("PRIVATE KEY-----") != std::string_view::npos)
        throw refuse("holds a private key, which has no place among certificates");
    std::vector<CertificateFacts> all;
    const Bio bio = reading(pem);
    ERR_clear_error();
    while (const Certificate one = next_certificate(bio.get())) {
        all.push_back(facts_of(*one));
        if (all.size() > certificates_limit) throw refuse("holds more than 500 certificates");
    }
    const unsigned long last = ERR_peek_last_error();
    const bool at_end =
        ERR_GET_LIB(last) == ERR_LIB_PEM && ERR_GET_REASON(last) == PEM_R_NO_START_LINE;
    ERR_clear_error();
    if (all.empty() && at_end) throw refuse("holds no certificate in PEM form");
    if (!at_end) throw refuse(fmt::format("certificate {} in it is damaged", all.size() + 1));
    return all;
}

void check_client_certificate(std::string_view certificate_pem, const Secret& key,
                              const std::string& certificate_field, const std::string& key_field) {
    read_certificates(certificate_pem, certificate_field);
    const Bio key_bio = reading(key.reveal());
    const Key private_key = next_key(key_bio.get());
    ERR_clear_error();
    if (!private_key)
        throw FieldError(ErrorCode::usage, key_field,
                         "is not an unencrypted private key in PEM form")
            .hint_is(
                "take a passphrase away with `openssl pkey -in KEY`: Berth seals the key itself");
    const Bio bio = reading(certificate_pem);
    const Certificate first = next_certificate(bio.get());
    const bool fits = first && X509_check_private_key(first.get(), private_key.get()) == 1;
    ERR_clear_error();
    if (!fits)
        throw FieldError(ErrorCode::usage, key_field,
                         "is not the key of the first certificate in " + certificate_field);
}

} // namespace berth::registration
