#include "bundle/whiteout.hpp"

#include "base/error.hpp"

#include <doctest/doctest.h>

namespace berth::bundle {

TEST_CASE("whiteouts are told by their last name") {
    CHECK(whiteout_of("usr/bin/env").kind == Whiteout::Kind::none);
    CHECK(whiteout_of("usr/a.wh.b/env").kind == Whiteout::Kind::none);
    CHECK(whiteout_of("usr/.wh.bin").kind == Whiteout::Kind::hide);
    CHECK(whiteout_of("usr/.wh.bin").target == "bin");
    CHECK(whiteout_of(".wh....").target == "...");
    CHECK(whiteout_of("usr/.wh..wh..opq").kind == Whiteout::Kind::opaque);
    CHECK(whiteout_of(".wh..wh.plnk").kind == Whiteout::Kind::aufs);
    CHECK(whiteout_of(".wh..wh.plnk/12.34").kind == Whiteout::Kind::aufs);
}

TEST_CASE("whiteouts that hide no name are refused") {
    for (const auto* path : {".wh.", "a/.wh.", ".wh..", "a/.wh...", ".wh.a/b"})
        CHECK_THROWS_AS(whiteout_of(path), Error);
}

TEST_CASE("upper paths include the directories above") {
    UpperPaths upper;
    upper.add_with_parents("a/b/c");
    CHECK(upper.contains("a"));
    CHECK(upper.contains("a/b"));
    CHECK(upper.contains("a/b/c"));
    CHECK(!upper.contains("b"));
    CHECK(!upper.contains("a/b/d"));
}

} // namespace berth::bundle
