#include "codec/hasher.hpp"

#include "base/source.hpp"
#include "base/text.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <array>
#include <string>

namespace berth::codec {
namespace {

[[noreturn]] void fail(std::string_view call) {
    throw Error(ErrorCode::internal, fmt::format("OpenSSL: {} failed", call));
}

const EVP_MD* fetched(const char* name) {
    const EVP_MD* algorithm = EVP_MD_fetch(nullptr, name, nullptr);
    if (algorithm == nullptr) fail("EVP_MD_fetch");
    return algorithm;
}

/// Fetched once per process and never freed: looking an algorithm up costs more than hashing 1 KiB.
const EVP_MD* algorithm_of(oci::DigestAlgorithm algorithm) {
    static const EVP_MD* const sha256 = fetched("SHA256");
    static const EVP_MD* const sha512 = fetched("SHA512");
    return algorithm == oci::DigestAlgorithm::sha512 ? sha512 : sha256;
}

struct FreeContext {
    void operator()(EVP_MD_CTX* context) const noexcept { EVP_MD_CTX_free(context); }
};
using ContextHandle = std::unique_ptr<EVP_MD_CTX, FreeContext>;

ContextHandle new_context() {
    ContextHandle context(EVP_MD_CTX_new());
    if (!context) throw std::bad_alloc();
    return context;
}

} // namespace

struct Hasher::Context {
    oci::DigestAlgorithm algorithm;
    ContextHandle running = new_context();
};

Hasher::Hasher(oci::DigestAlgorithm algorithm) : context_(std::make_unique<Context>()) {
    context_->algorithm = algorithm;
    if (EVP_DigestInit_ex2(context_->running.get(), algorithm_of(algorithm), nullptr) != 1) {
        fail("EVP_DigestInit_ex2");
    }
}

Hasher::Hasher(Hasher&&) noexcept = default;
Hasher& Hasher::operator=(Hasher&&) noexcept = default;
Hasher::~Hasher() = default;

void Hasher::update(std::span<const std::byte> bytes) {
    if (bytes.empty()) return;
    if (EVP_DigestUpdate(context_->running.get(), bytes.data(), bytes.size()) != 1) {
        fail("EVP_DigestUpdate");
    }
}

oci::Digest Hasher::digest() const {
    const ContextHandle copy = new_context();
    if (EVP_MD_CTX_copy_ex(copy.get(), context_->running.get()) != 1) fail("EVP_MD_CTX_copy_ex");
    std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
    unsigned size = 0;
    if (EVP_DigestFinal_ex(copy.get(), bytes.data(), &size) != 1) fail("EVP_DigestFinal_ex");
    const bool wide = context_->algorithm == oci::DigestAlgorithm::sha512;
    std::string text = wide ? "sha512:" : "sha256:";
    text += to_hex(std::as_bytes(std::span(bytes.data(), size)));
    return oci::Digest::parse(text).value();
}

oci::Digest digest_of(std::string_view bytes, oci::DigestAlgorithm algorithm) {
    Hasher hasher(algorithm);
    hasher.update(as_bytes(bytes));
    return hasher.digest();
}

} // namespace berth::codec
