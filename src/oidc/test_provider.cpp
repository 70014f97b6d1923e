#include "oidc/test_provider.hpp"

#include "base/base64url.hpp"
#include "net/query.hpp"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/sha.h>

#include <array>

namespace berth::oidc::testing {
namespace {

std::string sha256(std::string_view text) {
    std::array<unsigned char, SHA256_DIGEST_LENGTH> hash{};
    SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), hash.data());
    return {reinterpret_cast<const char*>(hash.data()), hash.size()};
}

/// `changes` over `base`; null takes a member away.
json::Object with(json::Object base, const json::Object& changes) {
    for (const auto& [name, value] : changes) {
        if (value.is_null())
            base.erase(name);
        else
            base[name] = value;
    }
    return base;
}

net::HttpResponse json_answer(int status, const json::Object& body) {
    return net::respond(status, json::write(body), {{"Content-Type", "application/json"}});
}

} // namespace

struct SigningKey::Key {
    EVP_PKEY* key = EVP_EC_gen("P-256");
    ~Key() { EVP_PKEY_free(key); }

    std::string coordinate(const char* name) const {
        BIGNUM* number = nullptr;
        EVP_PKEY_get_bn_param(key, name, &number);
        std::string bytes(32, '\0');
        BN_bn2binpad(number, reinterpret_cast<unsigned char*>(bytes.data()), 32);
        BN_free(number);
        return bytes;
    }

    /// r and s side by side.
    std::string sign(std::string_view text) const {
        std::array<unsigned char, 128> der{};
        std::size_t size = der.size();
        EVP_MD_CTX* context = EVP_MD_CTX_new();
        EVP_DigestSignInit(context, nullptr, EVP_sha256(), nullptr, key);
        EVP_DigestSign(context, der.data(), &size,
                       reinterpret_cast<const unsigned char*>(text.data()), text.size());
        EVP_MD_CTX_free(context);
        const unsigned char* from = der.data();
        ECDSA_SIG* pair = d2i_ECDSA_SIG(nullptr, &from, static_cast<long>(size));
        std::string raw(64, '\0');
        auto* bytes = reinterpret_cast<unsigned char*>(raw.data());
        BN_bn2binpad(ECDSA_SIG_get0_r(pair), bytes, 32);
        BN_bn2binpad(ECDSA_SIG_get0_s(pair), bytes + 32, 32);
        ECDSA_SIG_free(pair);
        return raw;
    }
};

SigningKey::SigningKey(std::string id) : id_(std::move(id)), key_(std::make_unique<Key>()) {}

SigningKey::~SigningKey() = default;

json::Object SigningKey::jwk() const {
    return {{"kty", "EC"},
            {"crv", "P-256"},
            {"kid", id_},
            {"use", "sig"},
            {"alg", "ES256"},
            {"x", to_base64url(key_->coordinate(OSSL_PKEY_PARAM_EC_PUB_X))},
            {"y", to_base64url(key_->coordinate(OSSL_PKEY_PARAM_EC_PUB_Y))}};
}

std::string SigningKey::signed_token(const json::Object& claims, json::Object header) const {
    header = with({{"alg", "ES256"}, {"kid", id_}}, header);
    const auto text = to_base64url(json::write(header)) + "." + to_base64url(json::write(claims));
    return text + "." + to_base64url(key_->sign(text));
}

std::unique_ptr<net::HttpTransport> TestProvider::transport() {
    return std::make_unique<net::ScriptedTransport>(
        [this](const net::SentRequest& request) { return answer(request); });
}

std::string TestProvider::authorize(const std::string& address) {
    const net::Query query(net::Url::parse(address).value().query);
    nonce_ = query.find("nonce").value_or("");
    challenge_ = query.find("code_challenge").value_or("");
    return "code=good&state=" + query.find("state").value_or("");
}

net::HttpResponse TestProvider::answer(const net::SentRequest& request) {
    ++requests;
    if (down) throw Error(ErrorCode::unreachable, "https://login.test: connection refused");
    const std::string base = "https://login.test/one";
    if (request.url == base + "/.well-known/openid-configuration") {
        return json_answer(200, with({{"issuer", issuer},
                                      {"authorization_endpoint", base + "/auth?kept=1"},
                                      {"token_endpoint", base + "/token"},
                                      {"jwks_uri", base + "/keys"},
                                      {"userinfo_endpoint", base + "/me"}},
                                     discovery));
    }
    if (request.url == base + "/keys") {
        ++key_requests;
        return json_answer(200, {{"keys", json::Array{key->jwk()}}});
    }
    if (request.url == base + "/me")
        return json_answer(200, with({{"sub", "subject-1"}}, userinfo));
    if (request.url == base + "/token" && request.method == "POST") return token(request);
    return net::respond(404);
}

net::HttpResponse TestProvider::token(const net::SentRequest& request) {
    last_authorization = request.authorization;
    last_form = request.body;
    const net::Query form(request.body);
    const bool proved = to_base64url(sha256(form.find("code_verifier").value_or(""))) == challenge_;
    if (token_status != 200 || form.find("code") != "good" || !proved)
        return json_answer(token_status == 200 ? 400 : token_status,
                           {{"error", token_status == 401 ? "invalid_client" : "invalid_grant"},
                            {"error_description", "because"}});
    const json::Object good{{"iss", issuer},
                            {"sub", "subject-1"},
                            {"aud", "berth"},
                            {"exp", now + 300},
                            {"iat", now},
                            {"nonce", nonce_},
                            {"groups", json::Array{"staff"}},
                            {"preferred_username", "ann"}};
    return json_answer(200, {{"id_token", key->signed_token(with(good, changed_claims), header)},
                             {"access_token", "the-access-token"},
                             {"token_type", "Bearer"}});
}

ProviderOptions test_options() {
    return {.name = "corp",
            .label = "Corp",
            .issuer = std::string(TestProvider::issuer),
            .client_id = "berth",
            .client_secret = Secret("s:cret")};
}

} // namespace berth::oidc::testing
