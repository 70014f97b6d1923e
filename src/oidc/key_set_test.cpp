// Signatures, by the examples of RFC 7515 and by keys made here.
#include "oidc/key_set.hpp"

#include "base/json.hpp"
#include "base/text.hpp"
#include "oidc/failure.hpp"
#include "oidc/test_provider.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

using namespace berth;
using namespace berth::oidc;
using Verdict = KeySet::Verdict;

namespace {

// RFC 7515, appendices A.2 and A.3.
constexpr std::string_view rsa_modulus =
    "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4"
    "QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdb"
    "BYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-D"
    "WNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ";
constexpr std::string_view payload =
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlf"
    "Q";
constexpr std::string_view rsa_signature =
    "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5ju"
    "jGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07"
    "Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipU"
    "TI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw";
constexpr std::string_view curve_signature =
    "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";

std::string rsa_text() {
    return fmt::format("eyJhbGciOiJSUzI1NiJ9.{}", payload);
}
std::string curve_text() {
    return fmt::format("eyJhbGciOiJFUzI1NiJ9.{}", payload);
}
std::string bytes(std::string_view base64) {
    return from_base64(base64).value();
}

KeySet rfc_keys() {
    return KeySet::parse(fmt::format(
        R"({{"keys":[{{"kty":"RSA","kid":"rsa","n":"{}","e":"AQAB"}},
            {{"kty":"EC","kid":"ec","crv":"P-256",
              "x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
              "y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}}]}})",
        rsa_modulus));
}

} // namespace

TEST_CASE("the signatures of RFC 7515 are good, and of nothing else") {
    const auto keys = rfc_keys();
    CHECK(keys.size() == 2);
    CHECK(keys.verify("RS256", "rsa", rsa_text(), bytes(rsa_signature)) == Verdict::good);
    CHECK(keys.verify("ES256", "ec", curve_text(), bytes(curve_signature)) == Verdict::good);
    CHECK(keys.verify("RS256", "", rsa_text(), bytes(rsa_signature)) == Verdict::good);
    CHECK(keys.verify("RS256", "rsa", rsa_text() + "x", bytes(rsa_signature)) == Verdict::bad);
    CHECK(keys.verify("ES256", "ec", curve_text() + "x", bytes(curve_signature)) == Verdict::bad);
    CHECK(keys.verify("RS256", "rsa", rsa_text(), "") == Verdict::bad);
    CHECK(keys.verify("ES256", "ec", curve_text(), "short") == Verdict::bad);
    CHECK(keys.verify("RS256", "rsa", rsa_text(), std::string(5000, 'x')) == Verdict::bad);
}

TEST_CASE("a key is used for its own algorithm and under its own name only") {
    const auto keys = rfc_keys();
    CHECK(keys.verify("ES256", "rsa", rsa_text(), bytes(rsa_signature)) == Verdict::unknown_key);
    CHECK(keys.verify("RS256", "ec", rsa_text(), bytes(rsa_signature)) == Verdict::unknown_key);
    CHECK(keys.verify("RS256", "other", rsa_text(), bytes(rsa_signature)) == Verdict::unknown_key);
    CHECK(keys.verify("none", "rsa", rsa_text(), "x") == Verdict::unknown_key);
    CHECK(keys.verify("HS256", "rsa", rsa_text(), std::string(32, 'x')) == Verdict::unknown_key);
}

TEST_CASE("keys that are weak, broken or not for signing are left out") {
    const auto count = [](std::string_view key) {
        return KeySet::parse(fmt::format(R"({{"keys":[{}]}})", key)).size();
    };
    CHECK(count(R"({"kty":"RSA","n":"3q2-7w","e":"AQAB"})") == 0);
    CHECK(count(fmt::format(R"({{"kty":"RSA","n":"{}","e":"AQ"}})", rsa_modulus)) == 0);
    CHECK(count(fmt::format(R"({{"kty":"RSA","n":"{}","e":"Ag"}})", rsa_modulus)) == 0);
    CHECK(count(fmt::format(R"({{"kty":"RSA","n":"{}","e":"AQAB","use":"enc"}})", rsa_modulus)) ==
          0);
    CHECK(count(fmt::format(R"({{"kty":"RSA","n":"{}","e":"AQAB","alg":"PS256"}})", rsa_modulus)) ==
          0);
    CHECK(count(R"({"kty":"oct","k":"c2VjcmV0"})") == 0);
    // A point that is not on the curve.
    CHECK(count(R"({"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
                    "y":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"})") == 0);
    CHECK(count(R"({"kty":"EC","crv":"P-384","x":"AA","y":"AA"})") == 0);
    CHECK_THROWS_AS(KeySet::parse("[]"), LoginFailure);
    CHECK_THROWS_AS(KeySet::parse(R"({"keys":[1]})"), LoginFailure);
}

TEST_CASE("no more keys are read than a provider can have") {
    const testing::SigningKey key("k");
    json::Array many;
    for (int i = 0; i < 150; ++i) many.push_back(key.jwk());
    CHECK(KeySet::parse(json::write(json::Object{{"keys", std::move(many)}})).size() ==
          KeySet::most_keys);
}
