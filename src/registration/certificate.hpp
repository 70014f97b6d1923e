// Certificates: what they say, and whether PEM text from a form is usable.
#pragma once

#include "base/secret.hpp"

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

// OpenSSL's X509; its headers stay out of ours.
struct x509_st;

namespace berth::registration {

struct CertificateFacts {
    std::string subject; ///< "CN=registry.example,O=Harbour", foreign text
    std::string issuer;
    std::vector<std::string> names; ///< hosts and addresses that it is for; at most 32
    std::chrono::system_clock::time_point not_before;
    std::chrono::system_clock::time_point not_after;
    bool self_signed = false;
};

CertificateFacts facts_of(const x509_st& certificate);

/// Every certificate in a PEM text; at most 500. FieldError usage for none, for damaged ones and
/// for text that holds a private key. `field` is what it came from.
std::vector<CertificateFacts> read_certificates(std::string_view pem, const std::string& field);

/// That `key` is an unencrypted PEM private key and that of the first certificate. FieldError
/// usage.
void check_client_certificate(std::string_view certificate_pem, const Secret& key,
                              const std::string& certificate_field, const std::string& key_field);

} // namespace berth::registration
