#include "app/configuration_change.hpp"

#include "app/configuration_keys.hpp"

#include <doctest/doctest.h>

using namespace berth::app;

TEST_CASE("each key that differs is told with its value and whether it needs a restart") {
    Configuration wanted;
    CHECK(changed_keys({}, wanted).empty());
    wanted.http.max_requests = 7;
    wanted.log.level = "debug";
    wanted.rates.user_per_second = 5;
    wanted.policy.quotas = {{.prefix = "team", .bytes = 1024}};
    const auto changed = changed_keys({}, wanted);
    REQUIRE(changed.size() == 4);
    CHECK(changed[0].name == "http.max_requests");
    CHECK(changed[0].value == "7");
    CHECK_FALSE(changed[0].at_once);
    CHECK(changed[1].name == "log.level");
    CHECK(changed[1].value == "debug");
    CHECK(changed[2].name == "rates.user_per_second");
    CHECK(changed[3].name == "policy.quotas");
    for (std::size_t i = 1; i < 4; ++i) CHECK(changed[i].at_once);
}

TEST_CASE("exactly the keys that change at once are taken over") {
    Configuration wanted;
    wanted.http.max_requests = 7;
    wanted.storage.min_free = 1;
    wanted.log.level = "debug";
    wanted.log.format = "text";
    wanted.metrics.anonymous = true;
    wanted.registrations.allow_loopback = true;
    wanted.rates.failed_logins_per_minute = 1;
    wanted.policy.retention = {{.keep_newest = 1}};
    wanted.policy.immutable = {{.tags = {"v*"}}};
    const auto after = changed_keys(with_changes({}, wanted), wanted);
    CHECK(after.size() == 5);
    for (const auto& key : after) {
        CAPTURE(key.name);
        CHECK_FALSE(key.at_once);
    }
}
