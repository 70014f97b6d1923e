#include "bundle/staging.hpp"

#include "base/error.hpp"
#include "tree/scratch_directory.hpp"

#include <doctest/doctest.h>

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <optional>

namespace berth::bundle {
namespace {

namespace fs = std::filesystem;

std::ptrdiff_t count(const fs::path& path) {
    return std::distance(fs::directory_iterator(path), fs::directory_iterator());
}

} // namespace

TEST_CASE("a bundle appears with commit, and without it nothing stays") {
    const tree::ScratchDirectory scratch;
    {
        const Staging staging(scratch.path() / "b");
        REQUIRE(::mkdirat(staging.fd(), "rootfs", 0755) == 0);
        CHECK(count(scratch.path()) == 1);
    }
    CHECK(count(scratch.path()) == 0);
    Staging staging(scratch.path() / "b/");
    REQUIRE(::mkdirat(staging.fd(), "rootfs", 0755) == 0);
    staging.commit();
    CHECK(fs::is_directory(scratch.path() / "b/rootfs"));
    CHECK(fs::status(scratch.path() / "b").permissions() == fs::perms(0700));
}

TEST_CASE("an empty directory is taken over, all else that is there is a conflict") {
    const tree::ScratchDirectory scratch;
    fs::create_directories(scratch.path() / "empty");
    fs::create_directories(scratch.path() / "full/x");
    scratch.write("file", "1");
    fs::create_symlink("empty", scratch.path() / "link");
    Staging(scratch.path() / "empty").commit();
    for (const auto* name : {"full", "file", "link"}) {
        CAPTURE(name);
        try {
            Staging staging(scratch.path() / name);
            FAIL_CHECK("taken");
        } catch (const Error& error) {
            CHECK(error.code() == ErrorCode::conflict);
        }
    }
    CHECK_THROWS_AS(Staging(scratch.path() / "none/b"), Error);
    CHECK_THROWS_AS(Staging(""), Error);
    CHECK_THROWS_AS(Staging("/"), Error);
}

TEST_CASE("whoever comes second finds a conflict and leaves the first one's bundle alone") {
    const tree::ScratchDirectory scratch;
    Staging first(scratch.path() / "b");
    Staging second(scratch.path() / "b");
    REQUIRE(::mkdirat(first.fd(), "rootfs", 0755) == 0);
    first.commit();
    CHECK_THROWS_AS(second.commit(), Error);
    CHECK(fs::exists(scratch.path() / "b/rootfs"));
}

TEST_CASE("what a killed process left is removed, what a living one holds is not") {
    const tree::ScratchDirectory scratch;
    int ready[2];
    REQUIRE(::pipe(ready) == 0);
    const auto child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        const Staging staging(scratch.path() / "b");
        ::mkdirat(staging.fd(), "rootfs", 0755);
        [[maybe_unused]] const auto told = ::write(ready[1], "x", 1);
        for (;;) ::pause();
    }
    char byte = 0;
    REQUIRE(::read(ready[0], &byte, 1) == 1);
    fs::create_directory(scratch.path() / ".other.berth-unpack-0123456789abcdef");
    {
        const Staging staging(scratch.path() / "b");
        CHECK(count(scratch.path()) == 3);
    }
    CHECK(count(scratch.path()) == 2);
    REQUIRE(::kill(child, SIGKILL) == 0);
    REQUIRE(::waitpid(child, nullptr, 0) == child);
    {
        const Staging staging(scratch.path() / "b");
        CHECK(count(scratch.path()) == 2);
    }
    CHECK(count(scratch.path()) == 1);
    ::close(ready[0]);
    ::close(ready[1]);
}

} // namespace berth::bundle
