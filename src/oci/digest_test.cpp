#include "oci/digest.hpp"

#include <doctest/doctest.h>

using namespace berth;
using oci::Digest;

namespace {

const std::string hex64 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

} // namespace

TEST_CASE("a well-formed digest gives its parts") {
    const auto digest = Digest::parse("sha256:" + hex64).value();
    CHECK(digest.algorithm() == oci::DigestAlgorithm::sha256);
    CHECK(digest.text() == "sha256:" + hex64);
    CHECK(digest.algorithm_name() == "sha256");
    CHECK(digest.hex() == hex64);
    CHECK(digest.short_hex() == "e3b0c44298fc");
    const auto longer = Digest::parse("sha512:" + hex64 + hex64).value();
    CHECK(longer.algorithm() == oci::DigestAlgorithm::sha512);
    CHECK(longer.hex() == hex64 + hex64);
    CHECK(longer != digest);
    CHECK(digest == Digest::parse(digest.text()).value());
}

TEST_CASE("everything else is not a digest") {
    const std::pair<std::string, std::string_view> rows[] = {
        {"", "a colon"},
        {"sha256", "a colon"},
        {hex64, "a colon"},
        {"sha256:", "64 hex digits, not 0"},
        {"sha256:" + hex64.substr(1), "64 hex digits, not 63"},
        {"sha256:" + hex64 + "0", "64 hex digits, not 65"},
        {"sha512:" + hex64, "128 hex digits, not 64"},
        {"sha256:" + hex64.substr(1) + "G", "lower-case"},
        {"sha256:E" + hex64.substr(1), "lower-case"},
        {"sha256:" + hex64.substr(1) + "\n", "lower-case"},
        {"SHA256:" + hex64, "sha256 or sha512"},
        {"md5:d41d8cd98f00b204e9800998ecf8427e", "sha256 or sha512"},
        {"sha384:" + hex64, "sha256 or sha512"},
        {" sha256:" + hex64, "sha256 or sha512"},
        {"sha256::" + hex64.substr(1), "lower-case"},
        {"sha256:../../../../etc/passwd", "64 hex digits"},
    };
    for (const auto& [text, why] : rows) {
        CAPTURE(text);
        const auto digest = Digest::parse(text);
        REQUIRE(digest.has_error());
        CHECK(digest.error().code() == ErrorCode::digest_invalid);
        CHECK(digest.error().message().find(why) != std::string::npos);
    }
}
