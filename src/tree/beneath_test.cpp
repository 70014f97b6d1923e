#include "tree/beneath.hpp"

#include "base/error.hpp"
#include "tree/entry_path.hpp"
#include "tree/scratch_directory.hpp"

#include <doctest/doctest.h>

#include <sys/stat.h>
#include <unistd.h>

#include <optional>

namespace berth::tree {
namespace {

namespace fs = std::filesystem;

/// in/ is the root; out/ lies beside it and must never be seen.
struct Yard {
    Yard() {
        fs::create_directories(scratch.path() / "in/usr/lib");
        fs::create_directories(scratch.path() / "out/secret");
        scratch.write("out/passwd", "outside");
        scratch.write("in/usr/passwd", "inside");
    }
    void link(const std::string& target, const std::string& name) const {
        fs::create_symlink(target, scratch.path() / "in" / name);
    }
    Root root(RootOptions options) const { return Root(scratch.open("in"), options); }
    ScratchDirectory scratch;
};

const RootOptions every_way[] = {
    {.links = Links::beneath, .use_openat2 = true},
    {.links = Links::beneath, .use_openat2 = false},
    {.links = Links::in_root, .use_openat2 = true},
    {.links = Links::in_root, .use_openat2 = false},
};

std::optional<std::string> found(Root& root, std::string_view path) {
    const auto* directory = root.find(path);
    return directory ? std::optional(directory->path) : std::nullopt;
}

timespec modified(const fs::path& path) {
    struct stat status {};
    REQUIRE(::lstat(path.c_str(), &status) == 0);
    return status.st_mtim;
}

bool same_time(timespec a, timespec b) {
    return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

} // namespace

TEST_CASE("directories are found with and without openat2, and with symlinks on the way") {
    for (const auto& options : every_way) {
        const Yard yard;
        yard.link("usr/lib", "lib");
        yard.link("../usr", "usr/lib/back");
        yard.link("loop", "loop");
        auto root = yard.root(options);
        CHECK(found(root, "").value() == "");
        CHECK(found(root, "usr/lib").value() == "usr/lib");
        CHECK(found(root, "lib").value() == "usr/lib");
        CHECK(found(root, "lib").value() == "usr/lib");
        CHECK(!found(root, "usr/none"));
        CHECK(!found(root, "usr/passwd"));
        CHECK_THROWS_AS(root.find("loop/x"), Error);
    }
}

TEST_CASE("in a root, absolute and upward symlinks stay inside; beneath, they are refused") {
    for (const auto& options : every_way) {
        for (const auto* target : {"/usr", "/../usr", "../../../../usr", "../usr"}) {
            const Yard yard;
            yard.link(target, "way");
            auto root = yard.root(options);
            if (options.links == Links::in_root) {
                CHECK(found(root, "way/lib").value() == "usr/lib");
                CHECK(found(root, "way").value() == "usr");
            } else {
                CHECK_THROWS_AS(root.find("way/lib"), Error);
            }
        }
    }
}

TEST_CASE("missing directories are made inside, also behind a dangling symlink") {
    for (const auto& options : every_way) {
        const Yard yard;
        yard.link("var/run", "run");
        auto root = yard.root(options);
        CHECK(root.make("a/b/c").path == "a/b/c");
        CHECK(root.make("run/lock").path == "var/run/lock");
        CHECK(fs::is_directory(yard.scratch.path() / "in/var/run/lock"));
        CHECK(fs::status(yard.scratch.path() / "in/a/b").permissions() == fs::perms(0755));
        CHECK(fs::is_symlink(yard.scratch.path() / "in/run"));
    }
}

TEST_CASE("a file in the way of a directory is replaced in a root and refused beneath") {
    for (const auto& options : every_way) {
        const Yard yard;
        auto root = yard.root(options);
        if (options.links == Links::in_root) {
            CHECK(root.make("usr/passwd/x").path == "usr/passwd/x");
        } else {
            CHECK_THROWS_AS(root.make("usr/passwd/x"), Error);
            CHECK(yard.scratch.read("in/usr/passwd") == "inside");
        }
    }
}

TEST_CASE("a forgotten directory is not written to, nor reached by another name") {
    for (const auto& options : every_way) {
        if (options.links == Links::beneath) continue;
        const Yard yard;
        yard.link("usr/lib", "lib");
        auto root = yard.root(options);
        CHECK(root.make("lib/deep").path == "usr/lib/deep");
        auto& usr = *root.find("usr");
        remove_tree(usr.fd(), "lib");
        root.forget(usr, "lib");
        fs::create_directory_symlink(yard.scratch.path() / "out",
                                     yard.scratch.path() / "in/usr/lib");
        // The link's absolute target means a path inside the root, where there is none yet.
        CHECK(!found(root, "usr/lib/deep"));
        CHECK(!found(root, "lib/deep"));
        CHECK(!found(root, "lib/secret"));
    }
}

TEST_CASE("a directory gets its time back, also after it had to give up its handle") {
    const Yard yard;
    const auto usr = yard.scratch.path() / "in/usr";
    const timespec old[2] = {{1000, 5}, {1000, 123456789}};
    REQUIRE(::utimensat(AT_FDCWD, usr.c_str(), old, 0) == 0);
    auto root = yard.root({.links = Links::in_root, .open_directories = 8});
    for (int i = 0; i < 40; ++i) {
        auto& directory = root.make("usr");
        REQUIRE(::mkdirat(directory.fd(), std::to_string(i).c_str(), 0755) == 0);
        directory.touched = true;
        root.make(join("usr", std::to_string(i)));
        root.make("usr/other/more" + std::to_string(i));
    }
    root.close_directories();
    CHECK(same_time(modified(usr), old[1]));
}

TEST_CASE("files are opened inside only, and only regular ones") {
    for (const auto& options : every_way) {
        const Yard yard;
        yard.link("usr/passwd", "near");
        yard.link("/usr/passwd", "absolute");
        yard.link("../../out/passwd", "up");
        yard.link((yard.scratch.path() / "out/passwd").string(), "far");
        yard.link("self", "self");
        REQUIRE(::mkfifo((yard.scratch.path() / "in/fifo").c_str(), 0600) == 0);
        auto root = yard.root(options);
        const auto text = [&](std::string_view path) -> std::string {
            const auto file = root.open_file(path);
            if (!file) return "none";
            char bytes[16];
            const auto count = ::read(file.get(), bytes, sizeof bytes);
            return std::string(bytes, static_cast<std::size_t>(count));
        };
        CHECK(text("usr/passwd") == "inside");
        CHECK(text("near") == "inside");
        CHECK(text("absolute") == (options.links == Links::in_root ? "inside" : "none"));
        for (const auto* path : {"up", "far", "fifo", "usr", "missing", "usr/passwd/x"})
            CHECK(text(path) == "none");
        if (options.use_openat2) CHECK(text("self") == "none");
    }
}

TEST_CASE("a path that symlinks make too long is refused") {
    const Yard yard;
    auto root = yard.root({.links = Links::in_root});
    const std::string part(250, 'd');
    std::string deep = part;
    for (int i = 1; i < 8; ++i) deep += "/" + part;
    CHECK(root.make(deep).path == deep);
    yard.link(deep, "l");
    CHECK(root.make("l/" + deep).path == deep + "/" + deep);
    CHECK_THROWS_AS(root.make("l/" + deep + "/" + part), Error);
}

} // namespace berth::tree
