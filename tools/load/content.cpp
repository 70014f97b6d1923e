#include "content.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <array>
#include <random>
#include <span>
#include <stdexcept>

namespace load {

namespace {

constexpr std::size_t own_size = 64;

std::string printed(std::span<const unsigned char> hash) {
    std::string text = "sha256:";
    for (const auto byte : hash) text += fmt::format("{:02x}", byte);
    return text;
}

std::string random_bytes(std::uint64_t size) {
    std::mt19937_64 generator(std::random_device{}());
    std::string bytes(size, '\0');
    for (std::size_t at = 0; at + 8 <= size; at += 8) {
        const std::uint64_t value = generator();
        bytes.replace(at, 8, reinterpret_cast<const char*>(&value), 8);
    }
    return bytes;
}

} // namespace

std::string digest_of(std::string_view bytes) {
    std::array<unsigned char, 32> hash{};
    EVP_Digest(bytes.data(), bytes.size(), hash.data(), nullptr, EVP_sha256(), nullptr);
    return printed(hash);
}

Blobs::Blobs(std::uint64_t size)
    : common_(random_bytes(size < own_size ? 0 : size - own_size)),
      hashed_(EVP_MD_CTX_new()),
      run_(fmt::format("{:016x}", std::mt19937_64(std::random_device{}())())) {
    if (size < own_size) throw std::runtime_error("a blob has at least 64 bytes");
    EVP_DigestInit_ex(hashed_, EVP_sha256(), nullptr);
    EVP_DigestUpdate(hashed_, common_.data(), common_.size());
}

Blobs::~Blobs() {
    EVP_MD_CTX_free(hashed_);
}

Blob Blobs::next() {
    Blob blob{common_, fmt::format("{}{:0{}}", run_, ++count_, own_size - run_.size()), {}};
    std::array<unsigned char, 32> hash{};
    EVP_MD_CTX* context = EVP_MD_CTX_new();
    EVP_MD_CTX_copy_ex(context, hashed_);
    EVP_DigestUpdate(context, blob.own.data(), blob.own.size());
    EVP_DigestFinal_ex(context, hash.data(), nullptr);
    EVP_MD_CTX_free(context);
    blob.digest = printed(hash);
    return blob;
}

std::string empty_index(std::string_view note) {
    return fmt::format(
        R"({{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json",)"
        R"("manifests":[],"annotations":{{"note":"{}"}}}})",
        note);
}

} // namespace load
