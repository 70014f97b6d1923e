#include "base/staging_directory.hpp"

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/source.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <optional>

using namespace berth;
namespace fs = std::filesystem;

namespace {

struct Scratch {
    fs::path path = fs::temp_directory_path() / ("berth-staging-" + random_hex_16());
    UniqueFd handle;
    Scratch() {
        fs::create_directory(path);
        handle = open_file(path, O_RDONLY | O_DIRECTORY);
    }
    ~Scratch() { fs::remove_all(path); }

    StagingDirectory::Remove remove() const {
        return [this](int, const std::string& name) { fs::remove_all(path / name); };
    }
    std::size_t entries() const {
        return static_cast<std::size_t>(
            std::distance(fs::directory_iterator(path), fs::directory_iterator()));
    }
    void write(const std::string& name, std::string_view text) const {
        fs::create_directories((path / name).parent_path());
        replace_file(path / name, text, 0600);
    }
};

void stage(const StagingDirectory& staging, const std::string& name, std::string_view text) {
    const UniqueFd file = staging.create_file(name);
    write_all(file.get(), as_bytes(text), name);
}

ErrorCode staging_failure(const auto& call) {
    try {
        call();
    } catch (const Error& error) {
        return error.code();
    }
    return ErrorCode::internal;
}

} // namespace

TEST_CASE("a staging directory goes with all that was not shown") {
    const Scratch scratch;
    {
        const StagingDirectory staging(scratch.handle.get(), scratch.remove());
        stage(staging, "0", "shown");
        stage(staging, "1", "not shown");
        staging.create_directory("2");
        CHECK(show_file(staging.fd(), "0", scratch.handle.get(), "a", "a") == Shown::created);
        CHECK(scratch.entries() == 2);
    }
    CHECK(scratch.entries() == 1);
    CHECK(read_file(scratch.path / "a", 100) == "shown");
}

TEST_CASE("what a killed process left is removed, what a living one uses is not") {
    const Scratch scratch;
    const pid_t child = ::fork();
    if (child == 0) {
        const StagingDirectory staging(scratch.handle.get(), scratch.remove());
        stage(staging, "0", "half");
        ::_exit(0);
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    CHECK(scratch.entries() == 1);

    std::optional<StagingDirectory> living;
    living.emplace(scratch.handle.get(), scratch.remove());
    stage(*living, "0", "in use");
    CHECK(scratch.entries() == 1);
    { const StagingDirectory other(scratch.handle.get(), scratch.remove()); }
    CHECK(show_file(living->fd(), "0", scratch.handle.get(), "a", "a") == Shown::created);
    living.reset();
    CHECK(scratch.entries() == 1);
}

TEST_CASE("only names of its own form are taken for staging directories") {
    CHECK(StagingDirectory::is_staging_name(".berth-0123456789abcdef.partial"));
    CHECK_FALSE(StagingDirectory::is_staging_name(".berth-x.partial"));
    CHECK_FALSE(StagingDirectory::is_staging_name("berth-0123456789abcdef.partial"));
    CHECK_FALSE(StagingDirectory::is_staging_name(""));
}

TEST_CASE("equal files stay, others and symlinks are replaced, directories are in the way") {
    const Scratch scratch;
    const StagingDirectory staging(scratch.handle.get(), scratch.remove());
    scratch.write("equal", "new");
    scratch.write("other", "old");
    scratch.write("dir/x", "");
    fs::create_symlink("equal", scratch.path / "link");
    const auto show = [&](const std::string& to) {
        const std::string name = "staged-" + to;
        stage(staging, name, "new");
        return show_file(staging.fd(), name, scratch.handle.get(), to, to);
    };
    CHECK(show("equal") == Shown::present);
    CHECK(show("other") == Shown::replaced);
    CHECK(show("link") == Shown::replaced);
    CHECK(fs::is_regular_file(fs::symlink_status(scratch.path / "link")));
    CHECK(staging_failure([&] { show("dir"); }) == ErrorCode::conflict);
    CHECK(fs::exists(scratch.path / "dir/x"));
}

TEST_CASE("an equal directory stays and another is never replaced") {
    const Scratch scratch;
    const StagingDirectory staging(scratch.handle.get(), scratch.remove());
    const auto fill = [](const fs::path& top, std::string_view content) {
        fs::create_directories(top / "sub/empty");
        replace_file(top / "sub/f", content, 0600);
        fs::create_symlink("sub/f", top / "link");
    };
    const fs::path staged = fs::path("/proc/self/fd") / std::to_string(staging.fd());
    fill(staged / "d", "one");
    CHECK(show_directory(staging.fd(), "d", scratch.handle.get(), "d", "d") == Shown::created);
    fill(staged / "d", "one");
    CHECK(show_directory(staging.fd(), "d", scratch.handle.get(), "d", "d") == Shown::present);
    fs::remove(staged / "d/link");
    fs::create_symlink("sub/g", staged / "d/link");
    CHECK(staging_failure([&] {
              show_directory(staging.fd(), "d", scratch.handle.get(), "d", "d");
          }) == ErrorCode::conflict);
    fill(staged / "e", "two");
    CHECK(staging_failure([&] {
              show_directory(staging.fd(), "e", scratch.handle.get(), "d", "d");
          }) == ErrorCode::conflict);
    scratch.write("file", "");
    CHECK(staging_failure([&] {
              show_directory(staging.fd(), "e", scratch.handle.get(), "file", "file");
          }) == ErrorCode::conflict);
    CHECK(read_file(scratch.path / "d/sub/f", 100) == "one");
}

TEST_CASE("a directory of results that was made goes again when nothing came into it") {
    const Scratch scratch;
    { const ResultsDirectory results(scratch.path / "a/b"); }
    CHECK_FALSE(fs::exists(scratch.path / "a/b"));
    {
        ResultsDirectory results(scratch.path / "a/b");
        results.keep();
    }
    CHECK(fs::exists(scratch.path / "a/b"));
    { const ResultsDirectory results(scratch.path / "a/b"); }
    CHECK(fs::exists(scratch.path / "a/b"));
    scratch.write("file", "");
    CHECK_THROWS_AS(ResultsDirectory(scratch.path / "file"), Error);
}
