#include "tree/entry_path.hpp"

#include <doctest/doctest.h>

namespace berth::tree {

TEST_CASE("names of one thing have one form") {
    for (const auto* name : {"usr/bin", "./usr/bin", "/usr/bin", "usr//bin/", "././usr/./bin/."})
        CHECK(entry_path(name).value() == "usr/bin");
    for (const auto* name : {".", "./", "/", "//", "/./"}) CHECK(entry_path(name).value() == "");
    CHECK(entry_path("...").value() == "...");
    CHECK(entry_path("a/..b/c..").value() == "a/..b/c..");
}

TEST_CASE("names that cannot be trusted or made are refused") {
    const std::string zero("a\0b", 3);
    for (const auto& name : {std::string(), std::string(".."), std::string("../a"),
                             std::string("a/.."), std::string("a/../b"), std::string("/.."), zero,
                             std::string(256, 'x'), "a/" + std::string(256, 'x')}) {
        CAPTURE(name);
        REQUIRE(entry_path(name).has_error());
        CHECK(entry_path(name).error().code() == ErrorCode::content_invalid);
    }
    std::string deep;
    for (int i = 0; i < 2048; ++i) deep += "a/";
    CHECK(entry_path(deep + "b").has_error());
    CHECK(entry_path(std::string_view(deep).substr(2)).value().size() == 4093);
    CHECK(entry_path(std::string(255, 'x')).has_value());
}

TEST_CASE("parent, leaf and join agree") {
    CHECK(parent_path("usr/bin/env") == "usr/bin");
    CHECK(leaf_name("usr/bin/env") == "env");
    CHECK(parent_path("env") == "");
    CHECK(leaf_name("env") == "env");
    CHECK(join("usr/bin", "env") == "usr/bin/env");
    CHECK(join("", "env") == "env");
}

} // namespace berth::tree
