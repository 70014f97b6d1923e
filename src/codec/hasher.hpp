// Hasher: a digest computed as bytes go by (OpenSSL EVP, SHA-NI where the machine has it).
#pragma once

#include "oci/digest.hpp"

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

namespace berth::codec {

class Hasher {
public:
    explicit Hasher(oci::DigestAlgorithm algorithm);
    Hasher(Hasher&&) noexcept;
    Hasher& operator=(Hasher&&) noexcept;
    ~Hasher();

    void update(std::span<const std::byte> bytes);
    /// The digest of all bytes so far; the hasher can go on afterwards.
    oci::Digest digest() const;

private:
    struct Context;
    std::unique_ptr<Context> context_;
};

oci::Digest digest_of(std::string_view bytes,
                      oci::DigestAlgorithm algorithm = oci::DigestAlgorithm::sha256);

} // namespace berth::codec
