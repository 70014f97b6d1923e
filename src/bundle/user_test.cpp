#include "bundle/user.hpp"

#include "base/error.hpp"

#include <doctest/doctest.h>

namespace berth::bundle {
namespace {

// Of Debian 12, shortened, with lines that a careless image may have.
constexpr std::string_view passwd =
    "root:x:0:0:root:/root:/bin/bash\n"
    "# comment:x:5:5::/:/bin/sh\n"
    "daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin\n"
    "broken:x:one:1::/:\n"
    "short:x:7\n"
    "huge:x:4294967296:1::/:\n"
    "www-data:x:33:33:www-data:/var/www:/usr/sbin/nologin\n"
    "nohome:x:44:45\n"
    "1234:x:55:56::/numeric:\n"
    "\n"
    "app:x:1000:1001:App:/home/app:/bin/sh";
constexpr std::string_view group =
    "root:x:0:\nadm:x:4:syslog,app\nwww-data:x:33:\n"
    "users:x:100:app,www-data\nbad:x:-1:app\napp:x:1001:\n"
    "again:x:100:app\n";

RuntimeUser resolve(std::string_view user) {
    return resolve_user(user, passwd, group);
}

} // namespace

TEST_CASE("every form of user of the specification is resolved") {
    struct Case {
        const char* user;
        std::uint32_t uid;
        std::uint32_t gid;
        std::vector<std::uint32_t> additional;
        const char* home;
    };
    const Case cases[] = {
        {"", 0, 0, {}, "/root"},
        {"root", 0, 0, {}, "/root"},
        {"app", 1000, 1001, {4, 100}, "/home/app"},
        {"1000", 1000, 1001, {4, 100}, "/home/app"},
        {"app:www-data", 1000, 33, {}, "/home/app"},
        {"app:12", 1000, 12, {}, "/home/app"},
        {"4711", 4711, 0, {}, "/"},
        {"4711:4712", 4711, 4712, {}, "/"},
        {"4711:users", 4711, 100, {}, "/"},
        {"nohome", 44, 45, {}, "/"},
        {"1234", 55, 56, {}, "/numeric"},
        {":users", 0, 100, {}, "/root"},
        {"www-data", 33, 33, {100}, "/var/www"},
    };
    for (const auto& expected : cases) {
        CAPTURE(expected.user);
        const auto user = resolve(expected.user);
        CHECK(user.uid == expected.uid);
        CHECK(user.gid == expected.gid);
        CHECK(user.additional_gids == expected.additional);
        CHECK(user.home == expected.home);
    }
}

TEST_CASE("unknown names and impossible ids are refused, and an empty image knows numbers only") {
    for (const auto* user : {"nobody", "app:nogroup", "broken", "huge", "-1", "4294967295",
                             "2147483648", "app:2147483648", "# comment"}) {
        CAPTURE(user);
        CHECK_THROWS_AS(resolve(user), Error);
    }
    CHECK(resolve_user("", "", "").uid == 0);
    CHECK(resolve_user("12:13", "", "").gid == 13);
    CHECK_THROWS_AS(resolve_user("root", "", ""), Error);
}

} // namespace berth::bundle
