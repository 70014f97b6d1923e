#include "oci/platform.hpp"

#include <doctest/doctest.h>

using namespace berth;
using oci::Platform;

TEST_CASE("platforms are read with the aliases that people write") {
    const std::pair<std::string_view, std::string_view> rows[] = {
        {"linux/amd64", "linux/amd64"},   {"linux/x86_64", "linux/amd64"},
        {"linux/aarch64", "linux/arm64"}, {"linux/arm64/v8", "linux/arm64/v8"},
        {"linux/armhf", "linux/arm/v7"},  {"linux/arm/v6", "linux/arm/v6"},
        {"Linux/AMD64", "linux/amd64"},   {"windows/amd64", "windows/amd64"},
        {"linux/i386", "linux/386"},      {"linux/riscv64", "linux/riscv64"},
    };
    for (const auto& [text, canonical] : rows)
        CHECK(Platform::parse(text).value().text() == canonical);
}

TEST_CASE("everything else is not a platform") {
    for (const std::string_view text :
         {"", "linux", "linux/", "/amd64", "linux/arm64/v8/x", "linux//v8", "linux/am d64",
          "linux/amd64\n", "a/\xc3\xbc"}) {
        CAPTURE(text);
        const auto platform = Platform::parse(text);
        REQUIRE(platform.has_error());
        CHECK(platform.error().code() == ErrorCode::usage);
        CHECK_FALSE(platform.error().hint().empty());
    }
}

TEST_CASE("a platform accepts what can run there") {
    const auto accepts = [](std::string_view wanted, std::string_view available) {
        return Platform::parse(wanted).value().accepts(Platform::parse(available).value());
    };
    CHECK(accepts("linux/amd64", "linux/amd64"));
    CHECK(accepts("linux/arm64", "linux/arm64/v8"));
    CHECK(accepts("linux/arm64/v8", "linux/arm64"));
    CHECK(accepts("linux/arm", "linux/arm/v7"));
    CHECK(accepts("linux/arm/v7", "linux/arm/v7"));
    CHECK_FALSE(accepts("linux/arm/v6", "linux/arm/v7"));
    CHECK_FALSE(accepts("linux/amd64", "windows/amd64"));
    CHECK_FALSE(accepts("linux/amd64", "linux/arm64"));
    CHECK_FALSE(accepts("linux/arm64/v9", "linux/arm64"));
}

TEST_CASE("this machine has a platform and accepts itself") {
    const Platform host = Platform::host();
    CHECK(host.os == "linux");
    CHECK(host.accepts(host));
    CHECK(Platform::parse(host.text()).value() == host);
}
