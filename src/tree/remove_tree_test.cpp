#include "tree/scratch_directory.hpp"

#include "base/error.hpp"

#include <doctest/doctest.h>

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

namespace berth::tree {
namespace {

namespace fs = std::filesystem;

/// Directories within directories, more than are held open at a time.
void make_deep(int top, int levels) {
    UniqueFd at(::openat(top, ".", O_RDONLY | O_DIRECTORY));
    for (int i = 0; i < levels; ++i) {
        REQUIRE(::mkdirat(at.get(), "d", 0700) == 0);
        UniqueFd file(::openat(at.get(), "f", O_CREAT | O_WRONLY, 0600));
        REQUIRE(file);
        at.reset(::openat(at.get(), "d", O_RDONLY | O_DIRECTORY));
        REQUIRE(at);
    }
}

} // namespace

TEST_CASE("a tree goes whole, and what its symlinks lead to stays") {
    const ScratchDirectory scratch;
    fs::create_directories(scratch.path() / "t/a/b/c");
    fs::create_directories(scratch.path() / "keep/x");
    scratch.write("t/a/f", "1");
    scratch.write("keep/f", "2");
    fs::create_symlink("../../keep", scratch.path() / "t/a/link");
    fs::create_symlink("keep", scratch.path() / "top");
    const auto handle = scratch.open();
    remove_tree(handle.get(), "t");
    remove_tree(handle.get(), "top");
    remove_tree(handle.get(), "missing");
    CHECK(!fs::exists(scratch.path() / "t"));
    CHECK(!fs::is_symlink(scratch.path() / "top"));
    CHECK(scratch.read("keep/f") == "2");
}

TEST_CASE("a tree deeper than we hold descriptors goes too") {
    const ScratchDirectory scratch;
    const auto handle = scratch.open();
    REQUIRE(::mkdirat(handle.get(), "t", 0700) == 0);
    make_deep(scratch.open("t").get(), 300);
    remove_tree(handle.get(), "t");
    CHECK(!fs::exists(scratch.path() / "t"));
}

TEST_CASE("directories that deny their owner everything go for a user who is not root") {
    const ScratchDirectory scratch;
    const auto user = ::geteuid() == 0 ? 65534u : ::geteuid();
    REQUIRE(::chown(scratch.path().c_str(), user, static_cast<gid_t>(-1)) == 0);
    const auto child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        bool fine = ::geteuid() != 0 || ::setuid(user) == 0;
        try {
            fs::create_directories(scratch.path() / "t/a/b");
            scratch.write("t/a/b/f", "1");
            fs::permissions(scratch.path() / "t/a/b", fs::perms(0));
            fs::permissions(scratch.path() / "t/a", fs::perms(0500));
            remove_tree(scratch.open().get(), "t");
            fine = fine && !fs::exists(scratch.path() / "t");
        } catch (const std::exception&) {
            fine = false;
        }
        ::_exit(fine ? 0 : 1);
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    CHECK(status == 0);
}

} // namespace berth::tree
