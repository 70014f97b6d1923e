// PEM text read from memory, as OpenSSL's objects.
#pragma once

#include <memory>
#include <string_view>

// OpenSSL's BIO, X509 and EVP_PKEY; its headers stay out of ours.
struct bio_st;
struct evp_pkey_st;
struct x509_st;

namespace berth::registration {

struct Freed {
    void operator()(bio_st* object) const noexcept;
    void operator()(evp_pkey_st* object) const noexcept;
    void operator()(x509_st* object) const noexcept;
};
using Bio = std::unique_ptr<bio_st, Freed>;
using Key = std::unique_ptr<evp_pkey_st, Freed>;
using Certificate = std::unique_ptr<x509_st, Freed>;

/// `text` must outlive it.
Bio reading(std::string_view text);

/// Null at the end, and for what is no certificate; then OpenSSL's queue of errors says which.
Certificate next_certificate(bio_st* from);

/// Null for what is no key, or none without a passphrase: nobody is asked for one.
Key next_key(bio_st* from);

} // namespace berth::registration
