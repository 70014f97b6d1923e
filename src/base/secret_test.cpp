#include "base/secret.hpp"

#include <doctest/doctest.h>

#include <type_traits>

using namespace berth;

static_assert(!std::is_convertible_v<Secret, std::string>);
static_assert(!std::is_convertible_v<Secret, std::string_view>);

TEST_CASE("a secret is given out only when asked for") {
    Secret secret("hunter2");
    CHECK_FALSE(secret.empty());
    CHECK(secret.reveal() == "hunter2");
    Secret copy;
    copy = secret;
    CHECK(copy.reveal() == "hunter2");
    Secret moved;
    moved = std::move(secret);
    CHECK(moved.reveal() == "hunter2");
    CHECK(Secret().empty());
}

TEST_CASE("assigning a secret to itself keeps it") {
    Secret secret("hunter2");
    const Secret& same = secret;
    secret = same;
    CHECK(secret.reveal() == "hunter2");
}

TEST_CASE("comparison in constant time compares") {
    CHECK(equal_in_constant_time("", ""));
    CHECK(equal_in_constant_time("abc", "abc"));
    CHECK_FALSE(equal_in_constant_time("abc", "abd"));
    CHECK_FALSE(equal_in_constant_time("abc", "Abc"));
    CHECK_FALSE(equal_in_constant_time("abc", "ab"));
}
