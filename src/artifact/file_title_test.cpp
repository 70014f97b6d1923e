#include "artifact/file_title.hpp"

#include <doctest/doctest.h>

using namespace berth;

TEST_CASE("titles become relative paths in one form") {
    const std::pair<std::string_view, std::string_view> rows[] = {
        {"a", "a"},
        {"a/b.txt", "a/b.txt"},
        {"./a", "a"},
        {"a//b", "a/b"},
        {"a/", "a"},
        {".hidden", ".hidden"},
        {"grün/日本", "grün/日本"},
        {"with space", "with space"},
        {"q\"uo\\te", "q\"uo\\te"},
        {"...", "..."},
    };
    for (const auto& [title, path] : rows) CHECK(artifact::file_title(title).value() == path);
    const std::string deep = std::string(200, 'a') + "/" + std::string(200, 'b');
    CHECK(artifact::file_title(deep).value() == deep);
    std::string wide;
    for (int i = 0; i < 80; ++i) wide += "ü";
    CHECK(artifact::file_title(wide).value() == wide);
}

TEST_CASE("titles that would lead out, hide or deceive are refused") {
    for (const std::string& title :
         {std::string(), std::string("."), std::string(".."), std::string("/"),
          std::string("/etc/x"), std::string("../x"), std::string("a/../../x"), std::string("a/.."),
          std::string("./."), std::string("a\nb"), std::string("\x1b[2J"), std::string("a\0b", 3),
          std::string("a\x7f"), std::string("\xff"),
          std::string("\xe2\x80\xae"
                      "txt"),
          std::string(256, 'a'), std::string(".berth-0123456789abcdef.partial"),
          std::string("x/.berth-0123456789abcdef.partial/y"), std::string(5000, 'n')}) {
        CAPTURE(title);
        const auto path = artifact::file_title(title);
        REQUIRE(path.has_error());
        CHECK(path.error().code() == ErrorCode::content_invalid);
    }
}

TEST_CASE("the same path twice, and a file that would be a directory, collide") {
    CHECK_NOTHROW(artifact::refuse_collisions({}));
    CHECK_NOTHROW(artifact::refuse_collisions({"a", "b", "ab", "d/a", "d/b", "a.b"}));
    CHECK_THROWS_AS(artifact::refuse_collisions({"a", "b", "a"}), Error);
    CHECK_THROWS_AS(artifact::refuse_collisions({"a", "a/b"}), Error);
    CHECK_THROWS_AS(artifact::refuse_collisions({"x/y/z", "x"}), Error);
}
