#include "hosting/glob.hpp"

#include <doctest/doctest.h>

#include <string>

namespace berth::hosting {

namespace {

bool matches(std::string_view pattern, std::string_view name) {
    return Glob::parse(pattern).value().matches(name);
}

} // namespace

TEST_CASE("a pattern is compared with the whole name") {
    CHECK(matches("team/app", "team/app"));
    CHECK_FALSE(matches("team/app", "team/app2"));
    CHECK_FALSE(matches("team/app", "a/team/app"));
    CHECK(matches("", ""));
    CHECK_FALSE(matches("", "a"));
}

TEST_CASE("one star stays within a component, two do not") {
    CHECK(matches("team/*", "team/app"));
    CHECK_FALSE(matches("team/*", "team/app/web"));
    CHECK(matches("team/**", "team/app/web"));
    CHECK(matches("**", "team/app/web"));
    CHECK(matches("**", ""));
    CHECK(matches("**/web", "team/app/web"));
    CHECK(matches("*", ""));
    CHECK_FALSE(matches("*", "a/b"));
    CHECK(matches("v*.*", "v1.2"));
    CHECK(matches("v*", "v"));
    CHECK(matches("a**b*c", "a/x/b12c"));
    CHECK(matches("a***c", "a/x/c"));
}

TEST_CASE("question marks and sets are one character, never a slash") {
    CHECK(matches("v?", "v1"));
    CHECK_FALSE(matches("v?", "v"));
    CHECK_FALSE(matches("a?b", "a/b"));
    CHECK(matches("v[0-9]", "v7"));
    CHECK_FALSE(matches("v[0-9]", "va"));
    CHECK(matches("v[!0-9]", "va"));
    CHECK_FALSE(matches("v[!0-9]", "v/"));
    CHECK(matches("[a-c-]", "-"));
}

TEST_CASE("a backslash takes the next character as it is") {
    CHECK(matches("a\\*", "a*"));
    CHECK_FALSE(matches("a\\*", "ab"));
    CHECK(matches("[\\]]", "]"));
}

TEST_CASE("malformed patterns are refused") {
    for (const auto* pattern : {"[", "[a", "[]", "[!]", "[z-a]", "a\\", "[a\\"}) {
        CAPTURE(pattern);
        CHECK(Glob::parse(pattern).has_error());
    }
    CHECK(Glob::parse(std::string(1025, 'a')).has_error());
}

TEST_CASE("a pattern of many stars is not slow") {
    std::string pattern;
    for (int i = 0; i < 100; ++i) pattern += "*a";
    CHECK_FALSE(matches(pattern + "b", std::string(255, 'a')));
}

} // namespace berth::hosting
