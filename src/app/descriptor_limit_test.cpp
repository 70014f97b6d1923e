#include "app/descriptor_limit.hpp"

#include <doctest/doctest.h>
#include <sys/resource.h>

#include <algorithm>

using namespace berth::app;

TEST_CASE("the soft limit of descriptors is raised to the hard one") {
    rlimit before{};
    REQUIRE(::getrlimit(RLIMIT_NOFILE, &before) == 0);
    const rlimit lowered{std::min<rlim_t>(before.rlim_max, 200), before.rlim_max};
    REQUIRE(::setrlimit(RLIMIT_NOFILE, &lowered) == 0);
    const auto raised = raise_descriptor_limit();
    rlimit after{};
    ::getrlimit(RLIMIT_NOFILE, &after);
    ::setrlimit(RLIMIT_NOFILE, &before);
    CHECK(raised == std::min<rlim_t>(before.rlim_max, 1'048'576));
    CHECK(after.rlim_cur == raised);
}

TEST_CASE("too few descriptors for what is configured are named with the way out") {
    const HttpConfiguration http{.max_connections = 1000, .max_requests = 100};
    CHECK_FALSE(too_few_descriptors(http, 1356).has_value());
    const auto said = too_few_descriptors(http, 1355);
    REQUIRE(said.has_value());
    CHECK(said->find("may have 1355 descriptors") != std::string::npos);
    CHECK(said->find("need 1356") != std::string::npos);
    CHECK(said->find("LimitNOFILE") != std::string::npos);
}
