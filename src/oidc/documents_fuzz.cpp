// What a provider sends: discovery documents, key sets, id_tokens and their claims. Whatever it is,
// it is read or refused by LoginFailure, and no signature that was not made by a key is good.
#include "oidc/discovery.hpp"
#include "oidc/failure.hpp"
#include "oidc/id_token.hpp"
#include "oidc/key_set.hpp"

#include <cstdint>
#include <cstdlib>
#include <string>

using namespace berth;
using namespace berth::oidc;

namespace {

template <class Act>
void tried(Act&& act) {
    try {
        act();
    } catch (const LoginFailure&) {
        // refused, as it may be
    }
}

/// RFC 7515, appendix A.3.
const KeySet& known_keys() {
    static const auto keys = KeySet::parse(
        R"({"keys":[{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
            "y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]})");
    return keys;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    tried([&] { read_discovery(text, "https://login.test"); });
    tried([&] {
        if (KeySet::parse(text).size() > KeySet::most_keys) std::abort();
    });
    tried([&] {
        const auto token = read_id_token(text);
        if (known_keys().verify(token.algorithm, token.key_id, token.signed_text + "!",
                                token.signature) == KeySet::Verdict::good)
            std::abort();
        check_claims(
            token.claims,
            {.issuer = "https://login.test", .client_id = "berth", .nonce = "n", .now = {}});
    });
    const auto parsed = json::parse(text);
    if (parsed && parsed->is_object())
        tried([&] {
            check_claims(
                *parsed,
                {.issuer = "https://login.test", .client_id = "berth", .nonce = "n", .now = {}});
        });
    return 0;
}
