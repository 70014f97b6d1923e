#include "oidc/key_set.hpp"

#include "base/json.hpp"
#include "base/text.hpp"
#include "oidc/failure.hpp"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

#include <array>
#include <optional>

namespace berth::oidc {
namespace {

constexpr int least_bits = 2048;
constexpr int most_bits = 8192;
constexpr std::size_t longest_exponent = 8;
constexpr std::size_t coordinate = 32; // bytes, of P-256
constexpr std::size_t longest_signature = most_bits / 8;

template <auto release>
struct Release {
    template <class T>
    void operator()(T* held) const {
        release(held);
    }
};
using KeyPointer = std::unique_ptr<EVP_PKEY, Release<EVP_PKEY_free>>;
using Context = std::unique_ptr<EVP_PKEY_CTX, Release<EVP_PKEY_CTX_free>>;
using Number = std::unique_ptr<BIGNUM, Release<BN_free>>;
using Builder = std::unique_ptr<OSSL_PARAM_BLD, Release<OSSL_PARAM_BLD_free>>;
using Parameters = std::unique_ptr<OSSL_PARAM, Release<OSSL_PARAM_free>>;
using Digest = std::unique_ptr<EVP_MD_CTX, Release<EVP_MD_CTX_free>>;
using Pair = std::unique_ptr<ECDSA_SIG, Release<ECDSA_SIG_free>>;

const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

Number number_of(std::string_view bytes) {
    return Number(BN_bin2bn(bytes_of(bytes), static_cast<int>(bytes.size()), nullptr));
}

/// Null for parameters that make no key.
KeyPointer make_key(const char* type, OSSL_PARAM_BLD* builder) {
    const Parameters parameters(OSSL_PARAM_BLD_to_param(builder));
    const Context context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
    EVP_PKEY* key = nullptr;
    if (!parameters || !context || EVP_PKEY_fromdata_init(context.get()) <= 0 ||
        EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters.get()) <= 0)
        ERR_clear_error();
    return KeyPointer(key);
}

std::optional<std::string> member(const json::Reader& reader, std::string_view name) {
    const auto text = reader.text(name);
    if (!text) return std::nullopt;
    auto bytes = from_base64(*text);
    if (!bytes) return std::nullopt;
    return std::move(*bytes);
}

KeyPointer rsa_key(const json::Reader& reader) {
    const auto modulus = member(reader, "n");
    const auto exponent = member(reader, "e");
    if (!modulus || !exponent || modulus->size() > most_bits / 8 + 1 ||
        exponent->size() > longest_exponent)
        return {};
    const auto n = number_of(*modulus);
    const auto e = number_of(*exponent);
    if (!n || !e || BN_num_bits(n.get()) < least_bits || BN_num_bits(n.get()) > most_bits ||
        !BN_is_odd(e.get()) || BN_is_one(e.get()))
        return {};
    const Builder builder(OSSL_PARAM_BLD_new());
    if (!builder || !OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get()) ||
        !OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get()))
        return {};
    return make_key("RSA", builder.get());
}

/// OpenSSL refuses a point that is not on the curve.
KeyPointer curve_key(const json::Reader& reader) {
    const auto x = member(reader, "x");
    const auto y = member(reader, "y");
    if (reader.text("crv").value_or("") != "P-256" || !x || !y || x->size() != coordinate ||
        y->size() != coordinate)
        return {};
    const std::string point = "\x04" + *x + *y;
    const Builder builder(OSSL_PARAM_BLD_new());
    if (!builder ||
        !OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1",
                                         0) ||
        !OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(),
                                          point.size()))
        return {};
    return make_key("EC", builder.get());
}

/// JOSE has r and s side by side, OpenSSL wants them as DER. Empty for anything else.
std::string der_signature(std::string_view raw) {
    if (raw.size() != 2 * coordinate) return {};
    const Pair pair(ECDSA_SIG_new());
    auto r = number_of(raw.substr(0, coordinate));
    auto s = number_of(raw.substr(coordinate));
    if (!pair || !r || !s || !ECDSA_SIG_set0(pair.get(), r.get(), s.get())) return {};
    static_cast<void>(r.release()); // the pair has them now
    static_cast<void>(s.release());
    std::array<unsigned char, 128> der{};
    unsigned char* end = der.data();
    const int size = i2d_ECDSA_SIG(pair.get(), nullptr);
    if (size <= 0 || static_cast<std::size_t>(size) > der.size()) return {};
    i2d_ECDSA_SIG(pair.get(), &end);
    return {reinterpret_cast<const char*>(der.data()), static_cast<std::size_t>(size)};
}

bool signed_by(EVP_PKEY* key, std::string_view text, std::string_view signature) {
    const Digest digest(EVP_MD_CTX_new());
    const bool good =
        digest && EVP_DigestVerifyInit(digest.get(), nullptr, EVP_sha256(), nullptr, key) == 1 &&
        EVP_DigestVerify(digest.get(), bytes_of(signature), signature.size(), bytes_of(text),
                         text.size()) == 1;
    ERR_clear_error();
    return good;
}

} // namespace

struct KeySet::Key {
    std::string id;
    std::string_view algorithm; ///< "RS256" or "ES256"
    KeyPointer key;
};

KeySet KeySet::parse(std::string_view document) {
    KeySet set;
    try {
        const auto parsed = json::parse(document).value();
        for (const auto& reader : json::Reader(parsed, "").objects("keys")) {
            if (set.keys_.size() == most_keys) break;
            const auto type = reader.text("kty").value_or("");
            const std::string_view algorithm = type == "RSA" ? "RS256" : "ES256";
            if (reader.text("use").value_or("sig") != "sig" ||
                reader.text("alg").value_or(std::string(algorithm)) != algorithm)
                continue;
            auto key = type == "RSA"  ? rsa_key(reader)
                       : type == "EC" ? curve_key(reader)
                                      : KeyPointer();
            if (!key) continue;
            set.keys_.push_back(std::make_shared<Key>(
                Key{reader.text("kid").value_or(""), algorithm, std::move(key)}));
        }
    } catch (const Error& error) {
        throw LoginFailure(Failure::broken, "its keys: " + error.message());
    }
    return set;
}

KeySet::Verdict KeySet::verify(std::string_view algorithm, std::string_view key_id,
                               std::string_view text, std::string_view signature) const {
    if (signature.empty() || signature.size() > longest_signature) return Verdict::bad;
    const std::string given =
        algorithm == "ES256" ? der_signature(signature) : std::string(signature);
    bool known = false;
    for (const auto& key : keys_) {
        if (key->algorithm != algorithm || (!key_id.empty() && key->id != key_id)) continue;
        known = true;
        if (!given.empty() && signed_by(key->key.get(), text, given)) return Verdict::good;
    }
    return known ? Verdict::bad : Verdict::unknown_key;
}

} // namespace berth::oidc
