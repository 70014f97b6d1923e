#include "registration/test_certificates.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <stdexcept>

namespace berth::registration::testing {
namespace {

using Key = std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)>;
using Certificate = std::unique_ptr<X509, void (*)(X509*)>;
using Bio = std::unique_ptr<BIO, int (*)(BIO*)>;

Key make_key() {
    return {EVP_EC_gen("P-256"), EVP_PKEY_free};
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
    Certificate made(X509_new(), X509_free);
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
    const Bio bio(BIO_new(BIO_s_mem()), BIO_free);
    PEM_write_bio_X509(bio.get(), certificate);
    return text_of(bio.get());
}

std::string pem_of(EVP_PKEY* key) {
    const Bio bio(BIO_new(BIO_s_mem()), BIO_free);
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

} // namespace berth::registration::testing
