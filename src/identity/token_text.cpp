#include "identity/token_text.hpp"

#include "base/base64url.hpp"
#include "base/error.hpp"
#include "base/text.hpp"

#include <fmt/format.h>
#include <sodium.h>

#include <array>
#include <span>

namespace berth::identity {
namespace {

constexpr std::size_t token_bytes = 32;
constexpr std::size_t uid_digits = 24;

} // namespace

std::string random_text() {
    if (sodium_init() < 0) throw Error(ErrorCode::internal, "libsodium does not start");
    std::string bytes(token_bytes, '\0');
    randombytes_buf(bytes.data(), bytes.size());
    auto text = to_base64url(bytes);
    sodium_memzero(bytes.data(), bytes.size());
    return text;
}

std::string hash_of(std::string_view purpose, std::string_view text) {
    // The length keeps apart what would read the same when joined.
    const auto whole = fmt::format("berth {} {}:{}", purpose, text.size(), text);
    std::array<unsigned char, crypto_hash_sha256_BYTES> hash{};
    crypto_hash_sha256(hash.data(), reinterpret_cast<const unsigned char*>(whole.data()),
                       whole.size());
    return to_hex(std::as_bytes(std::span(hash)));
}

std::string derived_uid(std::string_view purpose, std::string_view text) {
    return hash_of(purpose, text).substr(0, uid_digits);
}

} // namespace berth::identity
