#include "bundle/layer_fixture.hpp"
#include "bundle/tree_text.hpp"
#include "tree/scratch_directory.hpp"

#include <doctest/doctest.h>

namespace berth::bundle {
namespace {

namespace fs = std::filesystem;
using codec::TarType;

/// yard/ is where we unpack; out/ is what attackers are after.
struct Yard {
    Yard() {
        fs::create_directory(scratch.path() / "yard");
        fs::create_directory(scratch.path() / "out");
        scratch.write("out/secret", "secret");
        before = tree_text(scratch.path() / "out");
    }
    void unpack_layers(const std::vector<std::vector<Item>>& layers, UnpackLimits limits = {}) {
        std::vector<std::string> archives;
        for (const auto& layer : layers) archives.push_back(archive(layer));
        unpack_image(image_of(std::move(archives)), scratch.path() / "yard/b",
                     {.rootless = ::geteuid() != 0, .limits = limits});
    }
    void check_untouched() const { CHECK(tree_text(scratch.path() / "out") == before); }
    void check_nothing_left() const { CHECK(fs::is_empty(scratch.path() / "yard")); }
    std::string out() const { return (scratch.path() / "out").string(); }
    tree::ScratchDirectory scratch;
    std::vector<std::string> before;
};

struct Case {
    const char* name;
    std::vector<std::vector<Item>> layers;
    const char* words; ///< of the message
};

} // namespace

TEST_CASE("hostile layers are refused in their own words and leave nothing") {
    const Case cases[] = {
        {"upward name", {{file("../x")}}, "contains \"..\""},
        {"upward in the middle", {{file("a/../../x")}}, "contains \"..\""},
        {"upward whiteout", {{file("a")}, {file("../.wh.out")}}, "contains \"..\""},
        {"whiteout of ..", {{file("a")}, {file(".wh...")}}, "hides no name"},
        {"whiteout of .", {{file("a")}, {file(".wh..")}}, "hides no name"},
        {"whiteout of nothing", {{file("a")}, {file("d/.wh.")}}, "hides no name"},
        {"inside a whiteout", {{file(".wh.a/b")}}, "whose name is a whiteout's"},
        {"root as symlink", {{symlink(".", "/tmp")}}, "root directory cannot be replaced"},
        {"root as file", {{file("./")}}, "root directory cannot be replaced"},
        {"root as link", {{file("a"), hard_link("/", "a")}}, "root directory"},
        {"hard link upward", {{hard_link("h", "../../out/secret")}}, "contains \"..\""},
        {"hard link absolute", {{hard_link("h", "/out/secret")}}, "does not exist in the image"},
        {"hard link to a directory", {{directory("d"), hard_link("h", "d")}}, "is a directory"},
        {"hard link to the root", {{hard_link("h", ".")}}, "does not exist in the image"},
        {"hard link to a hidden file",
         {{file("a")}, {file(".wh.a"), hard_link("h", "a")}},
         "does not exist in the image"},
        {"hard link through a link out",
         {{symlink("l", "../../../out"), hard_link("h", "l/secret")}},
         "does not exist in the image"},
        {"loop of symlinks",
         {{symlink("a", "b"), symlink("b", "a"), file("a/x")}},
         "more than 40 symlinks"},
        {"long part", {{file("d/" + std::string(256, 'n'))}}, "longer than 255 bytes"},
        {"empty symlink", {{symlink("l", "")}}, "no usable target"},
        {"attribute of no kind", {{file("a").xattr("user.", "x")}}, "attribute"},
    };
    for (const auto& hostile : cases) {
        CAPTURE(hostile.name);
        Yard yard;
        try {
            yard.unpack_layers(hostile.layers);
            FAIL_CHECK("accepted");
        } catch (const Error& error) {
            const std::string text = error.what();
            CAPTURE(text);
            CHECK(text.find(hostile.words) != std::string::npos);
            CHECK(text.find("layer ") == 0);
            CHECK(error.code() == ErrorCode::content_invalid);
        }
        yard.check_untouched();
        yard.check_nothing_left();
    }
}

TEST_CASE("writing through symlinks that lead out ends inside the root") {
    Yard yard;
    const auto out = yard.out();
    yard.unpack_layers({{symlink("abs", out), symlink("up", "../../../../../../../.." + out),
                         symlink("far", out + "/secret"), symlink("magic", "/proc/self/root")},
                        {file("abs/secret", "1"), file("up/other", "2"), file("far", "3"),
                         file("abs/.wh.secret"), directory("magic/tmp")}});
    yard.check_untouched();
    const auto root = yard.scratch.path() / "yard/b/rootfs";
    CHECK(read_file(root.string() + out + "/other", 10) == "2");
    CHECK(read_file(root / "far", 10) == "3");
    CHECK(fs::is_directory(root / "proc/self/root/tmp"));
}

TEST_CASE("a directory that becomes a symlink is not written through by its old handle") {
    Yard yard;
    yard.unpack_layers({{directory("d/e"), file("d/e/a"), symlink("d", yard.out()),
                         file("d/e/secret"), file("d/secret", "new")}});
    yard.check_untouched();
    const auto root = yard.scratch.path() / "yard/b/rootfs";
    CHECK(fs::is_symlink(root / "d"));
    CHECK(read_file(root.string() + yard.out() + "/secret", 10) == "new");
}

TEST_CASE("each limit is named in its error") {
    const std::string zeros(4 << 20, '\0');
    struct LimitCase {
        const char* words;
        std::vector<std::vector<Item>> layers;
        UnpackLimits limits;
    };
    const LimitCase cases[] = {
        {"more than 1000 B",
         {{file("a", zeros.substr(0, 600))}, {file("b", zeros.substr(0, 600))}},
         {.total_bytes = 1000}},
        {"3 entries", {{file("a"), file("b")}, {file("c"), file("d")}}, {.tar = {.entries = 3}}},
        {"layers, more than 1", {{file("a")}, {file("b")}}, {.layers = 1}},
    };
    for (const auto& [words, layers, limits] : cases) {
        CAPTURE(words);
        Yard yard;
        try {
            yard.unpack_layers(layers, limits);
            FAIL_CHECK("accepted");
        } catch (const Error& error) {
            CAPTURE(error.what());
            CHECK(error.code() == ErrorCode::limit_exceeded);
            CHECK(std::string(error.what()).find(words) != std::string::npos);
        }
        yard.check_nothing_left();
    }
}

} // namespace berth::bundle
