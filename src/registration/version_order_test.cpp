#include "registration/version_order.hpp"

#include <doctest/doctest.h>

#include <array>
#include <string>
#include <vector>

using namespace berth::registration;

TEST_CASE("tags are ordered as semver.org says, and what is no version comes below") {
    // The first nine are semver.org's own example, item 11.
    const std::array<const char*, 16> ascending{"edge",
                                                "latest",
                                                "1.0.0-alpha",
                                                "1.0.0-alpha.1",
                                                "1.0.0-alpha.beta",
                                                "1.0.0-beta",
                                                "1.0.0-beta.2",
                                                "1.0.0-beta.11",
                                                "1.0.0-rc.1",
                                                "1.0.0",
                                                "1.0.1",
                                                "1.2.0",
                                                "1.10.0",
                                                "v2",
                                                "2.1",
                                                "10.0.0"};
    for (std::size_t at = 1; at < ascending.size(); ++at) {
        CAPTURE(ascending[at]);
        CHECK(order_key(ascending[at - 1]) < order_key(ascending[at]));
    }
    CHECK(order_key("1.0.0_build.1") != order_key("1.0.0"));
    CHECK(order_key("1.0.0_build.1") < order_key("1.0.1"));
    CHECK(order_key("1.0.0-alpha.9") < order_key("1.0.0-alpha.10"));
    CHECK(order_key("1.0.0-1") < order_key("1.0.0-a"));
    CHECK(order_key("1.0.0-a") < order_key("1.0.0-a-b"));
    CHECK(order_key("01.0.0") != order_key("1.0.0"));
    CHECK(is_version("v1.2.3-rc.1_b7"));
    CHECK_FALSE(is_version("latest"));
    CHECK_FALSE(is_version("sha256-0a1b"));
}

TEST_CASE("a repository's newest release stands for it, whatever else there is in any order") {
    const auto latest = [](const std::vector<std::string>& tags) {
        return tags[index_of_latest(tags)];
    };
    CHECK(latest({"latest", "1.9.0", "1.10.0", "2.0.0-rc.1", "edge"}) == "1.10.0");
    CHECK(latest({"1.0.0_b-2", "1.0.0-rc.1"}) == "1.0.0_b-2");
    CHECK(latest({"edge", "2.0.0-alpha", "latest", "2.0.0-beta"}) == "2.0.0-beta");
    CHECK(latest({"edge", "latest", "nightly"}) == "latest");
    CHECK(latest({"edge", "nightly", "canary"}) == "nightly");
    CHECK(index_of_latest({}) == 0);
}
