#include "registry/credentials.hpp"

#include <doctest/doctest.h>

using namespace berth;
using namespace berth::registry;

TEST_CASE("a static credential is for its own registry and port only") {
    StaticCredential provider("registry.example:5000",
                              {.user = "ada", .password = Secret("lovelace")});
    const auto found = provider.credential_for("Registry.Example:5000", "team/app");
    REQUIRE(found.has_value());
    CHECK(found->user == "ada");
    CHECK(found->password.reveal() == "lovelace");
    CHECK_FALSE(provider.credential_for("registry.example", "team/app").has_value());
    CHECK_FALSE(provider.credential_for("registry.example:5001", "").has_value());
    CHECK_FALSE(provider.credential_for("evil-registry.example:5000", "").has_value());
}

TEST_CASE("no credentials means anonymous everywhere") {
    NoCredentials provider;
    CHECK_FALSE(provider.credential_for("docker.io", "library/debian").has_value());
}
