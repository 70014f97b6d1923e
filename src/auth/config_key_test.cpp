#include "auth/config_key.hpp"

#include <doctest/doctest.h>

using namespace berth::auth;

TEST_CASE("every spelling of a registry becomes one key") {
    for (const auto* spelling :
         {"registry.test:5000", "https://registry.test:5000", "http://registry.test:5000/",
          "https://registry.test:5000/v2/", "oci://registry.test:5000", "Registry.TEST:5000/v1/",
          " registry.test:5000 "}) {
        CAPTURE(spelling);
        CHECK(normalised_key(spelling) == "registry.test:5000");
    }
}

TEST_CASE("a namespace stays a part of the key") {
    CHECK(normalised_key("https://registry.test/team/app/") == "registry.test/team/app");
    CHECK(normalised_key("registry.test/v2/team") == "registry.test/team");
    CHECK(host_of_key("registry.test/team/app") == "registry.test");
}

TEST_CASE("Docker Hub has one key under all of its names") {
    for (const auto* spelling : {"https://index.docker.io/v1/", "index.docker.io", "docker.io",
                                 "registry-1.docker.io", "https://registry-1.docker.io/v2/"}) {
        CAPTURE(spelling);
        CHECK(normalised_key(spelling) == "docker.io");
    }
}

TEST_CASE("text without a host has no key") {
    CHECK(normalised_key("") == "");
    CHECK(normalised_key("https://") == "");
    CHECK(normalised_key("///") == "");
}

TEST_CASE("the longest key is looked for first") {
    CHECK(candidate_keys("registry.test", "a/b/c") ==
          std::vector<std::string>{"registry.test/a/b/c", "registry.test/a/b", "registry.test/a",
                                   "registry.test"});
    CHECK(candidate_keys("registry-1.docker.io", "") == std::vector<std::string>{"docker.io"});
}
