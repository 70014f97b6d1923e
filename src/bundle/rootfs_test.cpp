#include "bundle/layer_fixture.hpp"
#include "bundle/tree_text.hpp"
#include "tree/scratch_directory.hpp"

#include <doctest/doctest.h>

#include <sys/sysmacros.h>

namespace berth::bundle {
namespace {

namespace fs = std::filesystem;
using Layers = std::vector<std::vector<Item>>;

struct Unpacked {
    explicit Unpacked(const Layers& layers,
                      UnpackOptions options = {.rootless = ::geteuid() != 0}) {
        std::vector<std::string> archives;
        for (const auto& layer : layers) archives.push_back(archive(layer));
        report = unpack_image(image_of(std::move(archives)), scratch.path() / "b", options);
    }
    fs::path root() const { return scratch.path() / "b/rootfs"; }
    std::string paths() const { return paths_text(root()); }
    std::string read(const std::string& name) const { return scratch.read("b/rootfs/" + name); }
    struct stat status(const std::string& name) const {
        struct stat result {};
        REQUIRE(::lstat((root() / name).c_str(), &result) == 0);
        return result;
    }
    tree::ScratchDirectory scratch;
    UnpackReport report;
};

} // namespace

TEST_CASE("whiteouts hide lower layers only, wherever they stand in the layer") {
    const std::vector<Item> lower{directory("d"), file("d/a"), file("d/b"), directory("d/s"),
                                  file("d/s/a"),  file("e"),   file("f/x")};
    struct Case {
        const char* name;
        std::vector<Item> upper;
        const char* paths;
    };
    const Case cases[] = {
        {"explicit", {file("d/.wh.a"), file(".wh.e"), file(".wh.f")}, "d d/b d/s d/s/a"},
        {"of a directory", {file(".wh.d")}, "e f f/x"},
        {"before a new one", {file(".wh.d"), file("d/n")}, "d d/n e f f/x"},
        {"after a new one", {file("d/n"), file(".wh.d")}, "d d/n e f f/x"},
        {"after the same name", {file("e"), file(".wh.e")}, "d d/a d/b d/s d/s/a e f f/x"},
        {"before the same name", {file(".wh.e"), file("e")}, "d d/a d/b d/s d/s/a e f f/x"},
        {"opaque first", {file("d/.wh..wh..opq"), file("d/n")}, "d d/n e f f/x"},
        {"opaque last", {file("d/n"), file("d/.wh..wh..opq")}, "d d/n e f f/x"},
        {"opaque in between",
         {file("d/s/n"), file("d/.wh..wh..opq"), file("d/a")},
         "d d/a d/s d/s/n e f f/x"},
        {"opaque root", {file("n"), file(".wh..wh..opq")}, "n"},
        {"of nothing",
         {file("none/.wh.x"), file(".wh.none"), file("x/y/.wh..wh..opq")},
         "d d/a d/b d/s d/s/a e f f/x"},
        {"opaque on an upper file",
         {file("e"), file("e/.wh..wh..opq")},
         "d d/a d/b d/s d/s/a e f f/x"},
        {"as a directory entry", {directory("d/.wh.s")}, "d d/a d/b e f f/x"},
    };
    for (const auto& hiding : cases) {
        CAPTURE(hiding.name);
        CHECK(Unpacked({lower, hiding.upper}).paths() == hiding.paths);
    }
}

TEST_CASE("whiteouts reach through a symlinked parent and do not follow a symlink they name") {
    const Unpacked tree(
        {{directory("usr/lib"), file("usr/lib/a"), file("usr/lib/b"), symlink("lib", "usr/lib"),
          symlink("other", "usr")},
         {file("lib/.wh.a"), file(".wh.other"), symlink("other2", "/usr"), file(".wh.other2")}});
    CHECK(tree.paths() == "lib other2 usr usr/lib usr/lib/b");
}

TEST_CASE("the first layer's whiteouts have nothing to hide, and none is ever seen") {
    const Unpacked tree({{file("a"), file(".wh.a"), file(".wh..wh..opq"), file(".wh..wh.plnk/1")}});
    CHECK(tree.paths() == "a");
    REQUIRE(tree.report.warnings.size() == 2);
    CHECK(tree.report.warnings[1] ==
          "1 entry of AUFS bookkeeping was ignored (first: \".wh..wh.plnk/1\")");
}

TEST_CASE("what replaces another kind of thing removes it whole; directories merge") {
    const std::vector<Item> lower{directory("d").mode(0700), file("d/x"), file("f"),
                                  symlink("l", "d"), symlink("dl", "d")};
    const Unpacked over({lower,
                         {file("d", "new"), directory("f"), file("f/in"), file("l", "plain"),
                          directory("dl"), file("dl/in")}});
    CHECK(over.paths() == "d dl dl/in f f/in l");
    CHECK(over.read("d") == "new");
    CHECK(over.read("l") == "plain");

    const Unpacked merged({lower, {directory("d").mode(01777).modified(77, 5), file("d/y")}});
    CHECK(merged.paths() == "d d/x d/y dl f l");
    CHECK((merged.status("d").st_mode & 07777) == 01777);
    CHECK(merged.status("d").st_mtim.tv_sec == 77);
    CHECK(merged.status("d").st_mtim.tv_nsec == 5);

    const Unpacked parent({lower, {file("f/in/deep"), file("d/x/y")}});
    CHECK(parent.paths() == "d d/x d/x/y dl f f/in f/in/deep l");

    const Unpacked twice({{file("a", "1"), file("a", "22"), symlink("b", "1"), symlink("b", "2"),
                           directory("c"), file("c/in"), directory("c").mode(0700)}});
    CHECK(twice.read("a") == "22");
    CHECK(fs::read_symlink(twice.root() / "b") == "2");
    CHECK(twice.paths() == "a b c c/in");
}

TEST_CASE("replacing one name of a file leaves its other names alone") {
    const Unpacked tree({{file("a", "old"), hard_link("b", "a")}, {file("a", "new")}});
    CHECK(tree.read("a") == "new");
    CHECK(tree.read("b") == "old");
}

TEST_CASE("parents may be symlinks, absolute and upward ones too, and stay in the root") {
    const Unpacked tree({{directory("usr/lib"), symlink("lib", "usr/lib"), symlink("abs", "/usr"),
                          symlink("usr/lib/up", "../../../../../usr"), symlink("run", "var/run")},
                         {file("lib/x"), file("abs/y"), file("lib/up/z"), file("run/pid"),
                          hard_link("run/h", "abs/lib/x")}});
    CHECK(tree.paths() ==
          "abs lib run usr usr/lib usr/lib/up usr/lib/x usr/y usr/z var var/run var/run/h "
          "var/run/pid");
}

TEST_CASE("a directory keeps the time its own entry says, whatever happens in it") {
    const Unpacked tree({{directory(".").modified(11), directory("d").modified(22), file("d/a"),
                          directory("d/s").modified(33), file("d/s/a"), file("d/b")},
                         {file("d/c"), file("d/.wh.a"), file("d/s/.wh.a"), hard_link("d/h", "d/b"),
                          symlink("d/l", "b")}});
    CHECK(tree.status("").st_mtim.tv_sec == 11);
    CHECK(tree.status("d").st_mtim.tv_sec == 22);
    CHECK(tree.status("d/s").st_mtim.tv_sec == 33);
    CHECK(Unpacked({{file("a")}}).status("").st_mtim.tv_sec == 0);
}

TEST_CASE("hard links keep their structure, to symlinks too, and to themselves do nothing") {
    const Unpacked tree({{file("a", "text"), hard_link("d/b", "/a"), hard_link("a", "./a"),
                          symlink("s", "nowhere"), hard_link("t", "s")},
                         {hard_link("c", "d/b"), file("d/b", "other")}});
    CHECK(tree.status("a").st_nlink == 2);
    CHECK(tree.status("a").st_ino == tree.status("c").st_ino);
    CHECK(tree.status("s").st_ino == tree.status("t").st_ino);
    CHECK(tree.read("c") == "text");
    CHECK(tree.read("d/b") == "other");
}

TEST_CASE("modes are exact whatever the umask, set-id bits and the sticky bit included") {
    const auto before = ::umask(0077);
    const Unpacked tree({{file("a").mode(04755), file("b").mode(0666), file("c").mode(0),
                          directory("d").mode(02775), file("e/f").mode(01777),
                          item("p", codec::TarType::fifo).mode(0622)}});
    ::umask(before);
    for (const auto& [name, mode] : {std::pair("a", 04755),
                                     {"b", 0666},
                                     {"c", 0},
                                     {"d", 02775},
                                     {"e", 0755},
                                     {"e/f", 01777},
                                     {"p", 0622}}) {
        CAPTURE(name);
        CHECK((tree.status(name).st_mode & 07777) == static_cast<mode_t>(mode));
    }
}

TEST_CASE("times have nanoseconds and may lie before 1970") {
    const Unpacked tree({{file("a").modified(1'700'000'000, 123'456'789), file("b").modified(-5, 7),
                          symlink("l", "a").modified(9, 8)}});
    CHECK(tree.status("a").st_mtim.tv_nsec == 123'456'789);
    CHECK(tree.status("b").st_mtim.tv_sec == -5);
    CHECK(tree.status("l").st_mtim.tv_nsec == 8);
}

TEST_CASE("owners, devices and privileged attributes are kept for root") {
    if (::geteuid() != 0) return;
    // CAP_NET_RAW, permitted and effective (struct vfs_cap_data, revision 2).
    const std::string capability("\1\0\0\2\0\x20\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 20);
    auto device = item("null", codec::TarType::character_device).mode(0666).owner(0, 5);
    device.entry.device_major = 1;
    device.entry.device_minor = 3;
    const Unpacked tree(
        {{file("ping").owner(7, 8).mode(04755).xattr("security.capability", capability),
          symlink("l", "x").owner(9, 10), device, directory("d").owner(11, 12).mode(02755),
          file("d/f").owner(0, 0), file("d/g").owner(0, 12),
          file("x").xattr("user.a", std::string("\0\n", 2)).xattr("trusted.overlay.opaque", "y")},
         {directory("d").owner(1, 2).xattr("user.new", "1")}});
    CHECK(tree.status("ping").st_uid == 7);
    CHECK((tree.status("ping").st_mode & 07777) == 04755);
    CHECK(status_text(tree.root() / "ping").find(to_hex(as_bytes(capability))) !=
          std::string::npos);
    CHECK(tree.status("l").st_gid == 10);
    CHECK(tree.status("null").st_rdev == ::makedev(1, 3));
    CHECK(tree.status("null").st_gid == 5);
    CHECK(tree.status("d/f").st_gid == 0);
    CHECK(tree.status("d/g").st_gid == 12);
    CHECK(tree.status("d").st_uid == 1);
    CHECK(status_text(tree.root() / "d").find("user.new=31") != std::string::npos);
    CHECK(status_text(tree.root() / "x").find("user.a=000a") != std::string::npos);
    CHECK(status_text(tree.root() / "x").find("overlay") == std::string::npos);
    REQUIRE(tree.report.warnings.size() == 2);
}

TEST_CASE("a map gives ids of this machine, also to parents that no entry names") {
    if (::geteuid() != 0) return;
    UnpackOptions options;
    options.uid_map = options.gid_map = {{0, 100000, 1000}};
    const Unpacked tree({{file("a/b").owner(5, 6)}}, options);
    CHECK(tree.status("a").st_uid == 100000);
    CHECK(tree.status("a/b").st_uid == 100005);
    CHECK(tree.status("a/b").st_gid == 100006);
    CHECK_THROWS_WITH_AS(Unpacked({{file("a").owner(1000, 0)}}, options),
                         doctest::Contains("id 1000 of the image is not in the uid map"), Error);
}

} // namespace berth::bundle
