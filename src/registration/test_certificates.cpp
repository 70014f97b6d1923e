#include "registration/test_certificates.hpp"

#include "registration/pem.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <stdexcept>

namespace berth::registration::testing {
namespace {

Key make_key() {
    return Key(EVP_EC_gen("P-256"));
}

void add_extension(X509* certificate, X509* issuer, int kind, const std::string& value) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str());
    if (extension == nullptr) throw std::runtime_error("no such extension: " + value);
    X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
}

Certificate make_certificate(const std::string& name, EVP_PKEY* key, long from, long to) {
    static long serial = 1;
    Certificate made(X509_new());
    X509_set_version(made.get(), 2);
    ASN1_INTEGER_set(X509_get_serialNumber(made.get()), ++serial);
    X509_gmtime_adj(X509_getm_notBefore(made.get()), from);
    X509_gmtime_adj(X509_getm_notAfter(made.get()), to);
    X509_set_pubkey(made.get(), key);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(made.get()), "CN", MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
    return made;
}

std::string text_of(BIO* bio) {
    char* bytes = nullptr;
    const long size = BIO_get_mem_data(bio, &bytes);
    return {bytes, static_cast<std::size_t>(size)};
}

std::string pem_of(X509* certificate) {
    const Bio bio(BIO_new(BIO_s_mem()));
    PEM_write_bio_X509(bio.get(), certificate);
    return text_of(bio.get());
}

std::string pem_of(EVP_PKEY* key) {
    const Bio bio(BIO_new(BIO_s_mem()));
    PEM_write_bio_PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr);
    return text_of(bio.get());
}

} // namespace

struct Authority::Keys {
    Key key;
    Certificate certificate;
};

Authority::Authority(const std::string& name)
    : directory_(std::filesystem::temp_directory_path() / ("berth-ca-" + random_hex_16())) {
    std::filesystem::create_directory(directory_);
    Key key = make_key();
    Certificate own = make_certificate(name, key.get(), -7200, 10L * 365 * 24 * 3600);
    X509_set_issuer_name(own.get(), X509_get_subject_name(own.get()));
    add_extension(own.get(), own.get(), NID_basic_constraints, "critical,CA:TRUE");
    X509_sign(own.get(), key.get(), EVP_sha256());
    pem_ = pem_of(own.get());
    keys_ = std::make_unique<Keys>(Keys{std::move(key), std::move(own)});
}

Authority::~Authority() {
    std::filesystem::remove_all(directory_);
}

net::TlsServerOptions Authority::issue(const CertificateWish& wish) const {
    const Key key = make_key();
    const Certificate leaf =
        make_certificate("registry", key.get(), wish.from_seconds, wish.to_seconds);
    X509_set_issuer_name(leaf.get(), X509_get_subject_name(keys_->certificate.get()));
    add_extension(leaf.get(), keys_->certificate.get(), NID_subject_alt_name, wish.names);
    X509_sign(leaf.get(), keys_->key.get(), EVP_sha256());
    const std::string stem = (directory_ / random_hex_16()).string();
    replace_file(stem + ".crt", pem_of(leaf.get()), 0600);
    replace_file(stem + ".key", pem_of(key.get()), 0600);
    return {stem + ".crt", stem + ".key"};
}

namespace {

/// Serves one request, if the handshake succeeds.
void serve(SSL_CTX* context, int socket) {
    const std::unique_ptr<SSL, void (*)(SSL*)> tls(SSL_new(context), SSL_free);
    SSL_set_fd(tls.get(), socket);
    if (SSL_accept(tls.get()) != 1) return;
    std::string head;
    char byte = 0;
    while (!head.ends_with("\r\n\r\n") && SSL_read(tls.get(), &byte, 1) == 1) head += byte;
    constexpr std::string_view answer =
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}";
    if (head.ends_with("\r\n\r\n")) SSL_write(tls.get(), answer.data(), answer.size());
    SSL_shutdown(tls.get());
}

} // namespace

StrictServer::StrictServer(const Authority& authority, const std::string& clients)
    : context_(SSL_CTX_new(TLS_server_method()), SSL_CTX_free),
      peer_([this](net::PeerConnection& connection) { serve(context_.get(), connection.fd()); }) {
    const auto own = authority.issue();
    const Bio bio = reading(clients);
    const Certificate anchor = next_certificate(bio.get());
    if (SSL_CTX_use_certificate_file(context_.get(), own.certificate_file.c_str(),
                                     SSL_FILETYPE_PEM) != 1 ||
        SSL_CTX_use_PrivateKey_file(context_.get(), own.key_file.c_str(), SSL_FILETYPE_PEM) != 1 ||
        X509_STORE_add_cert(SSL_CTX_get_cert_store(context_.get()), anchor.get()) != 1)
        throw std::runtime_error("no TLS server for the test");
    SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
}

} // namespace berth::registration::testing
