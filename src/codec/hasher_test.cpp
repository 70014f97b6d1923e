#include "codec/hasher.hpp"

#include "base/source.hpp"

#include <doctest/doctest.h>

namespace berth::codec {
namespace {

constexpr std::string_view empty_sha256 =
    "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
constexpr std::string_view abc_sha256 =
    "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
constexpr std::string_view abc_sha512 =
    "sha512:ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
    "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f";

} // namespace

TEST_CASE("digests of FIPS 180 examples are right") {
    CHECK(digest_of("").text() == empty_sha256);
    CHECK(digest_of("abc").text() == abc_sha256);
    CHECK(digest_of("abc", oci::DigestAlgorithm::sha512).text() == abc_sha512);
}

TEST_CASE("a hasher goes on after it gave a digest") {
    Hasher hasher(oci::DigestAlgorithm::sha256);
    CHECK(hasher.digest().text() == empty_sha256);
    hasher.update(as_bytes("a"));
    CHECK(hasher.digest() == digest_of("a"));
    hasher.update({});
    hasher.update(as_bytes("bc"));
    CHECK(hasher.digest().text() == abc_sha256);
}

TEST_CASE("a moved hasher keeps what it saw") {
    Hasher first(oci::DigestAlgorithm::sha256);
    first.update(as_bytes("ab"));
    Hasher second = std::move(first);
    second.update(as_bytes("c"));
    CHECK(second.digest().text() == abc_sha256);
}

} // namespace berth::codec
