#include "registration/pem.hpp"

#include <openssl/pem.h>
#include <openssl/x509.h>

namespace berth::registration {
namespace {

int no_passphrase(char*, int, int, void*) {
    return -1;
}

} // namespace

void Freed::operator()(bio_st* object) const noexcept {
    BIO_free_all(object);
}
void Freed::operator()(evp_pkey_st* object) const noexcept {
    EVP_PKEY_free(object);
}
void Freed::operator()(x509_st* object) const noexcept {
    X509_free(object);
}

Bio reading(std::string_view text) {
    return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

Certificate next_certificate(bio_st* from) {
    return Certificate(PEM_read_bio_X509(from, nullptr, no_passphrase, nullptr));
}

Key next_key(bio_st* from) {
    return Key(PEM_read_bio_PrivateKey(from, nullptr, no_passphrase, nullptr));
}

} // namespace berth::registration
