#include "aws/hash.hpp"

#include "base/error.hpp"
#include "base/source.hpp"
#include "base/text.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>

namespace berth::aws {

std::string sha256_hex(std::string_view bytes) {
    std::array<unsigned char, 32> hash{};
    unsigned size = 0;
    if (EVP_Digest(bytes.data(), bytes.size(), hash.data(), &size, EVP_sha256(), nullptr) != 1)
        throw Error(ErrorCode::internal, "OpenSSL: EVP_Digest failed");
    return to_hex(std::as_bytes(std::span(hash)));
}

std::string hmac_sha256(std::string_view key, std::string_view bytes) {
    std::string code(32, '\0');
    unsigned size = 0;
    const auto* result = HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
                              reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
                              reinterpret_cast<unsigned char*>(code.data()), &size);
    if (result == nullptr || size != code.size())
        throw Error(ErrorCode::internal, "OpenSSL: HMAC failed");
    return code;
}

} // namespace berth::aws
