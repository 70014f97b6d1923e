#include "base/file.hpp"

#include "base/error.hpp"
#include "base/source.hpp"
#include "base/uid.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <set>

using namespace berth;
namespace fs = std::filesystem;

namespace {

struct ScratchDirectory {
    fs::path path = fs::temp_directory_path() / ("berth-file-" + random_hex_16());
    ScratchDirectory() { fs::create_directory(path); }
    ~ScratchDirectory() { fs::remove_all(path); }
};

std::size_t entries_in(const fs::path& directory) {
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator(directory), fs::directory_iterator()));
}

} // namespace

TEST_CASE("a replaced file has the new content and mode, and nothing else is left") {
    const ScratchDirectory scratch;
    const auto path = scratch.path / "config.json";
    replace_file(path, "one", 0600);
    replace_file(path, "two", 0640);
    CHECK(read_file(path, 100) == "two");
    struct stat status;
    REQUIRE(::stat(path.c_str(), &status) == 0);
    CHECK((status.st_mode & 07777) == 0640);
    CHECK(entries_in(scratch.path) == 1);
}

TEST_CASE("a file that cannot be replaced stays as it was") {
    const ScratchDirectory scratch;
    const auto path = scratch.path / "is-a-directory";
    fs::create_directories(path / "inside");
    CHECK_THROWS_AS(replace_file(path, "x", 0600), Error);
    CHECK(fs::is_directory(path / "inside"));
    CHECK(entries_in(scratch.path) == 1);
}

TEST_CASE("reading is bounded and a missing file is said by name") {
    const ScratchDirectory scratch;
    const auto path = scratch.path / "f";
    replace_file(path, "12345", 0600);
    CHECK(read_file(path, 5) == "12345");
    try {
        read_file(path, 4);
        FAIL("not refused");
    } catch (const Error& error) {
        CHECK(error.code() == ErrorCode::limit_exceeded);
    }
    try {
        read_file(scratch.path / "gone", 4);
        FAIL("not refused");
    } catch (const Error& error) {
        CHECK(error.code() == ErrorCode::not_found);
        CHECK(error.message().find("gone") != std::string::npos);
    }
}

TEST_CASE("large content is written whole") {
    const ScratchDirectory scratch;
    const std::string content(1'000'000, 'x');
    replace_file(scratch.path / "f", content, 0600);
    CHECK(read_file(scratch.path / "f", content.size()) == content);
}

TEST_CASE("opened files are closed on exec") {
    const ScratchDirectory scratch;
    const UniqueFd file = open_file(scratch.path / "f", O_RDWR | O_CREAT);
    CHECK((::fcntl(file.get(), F_GETFD) & FD_CLOEXEC) != 0);
}

TEST_CASE("random names are 16 hex digits and differ") {
    std::set<std::string> names;
    for (int i = 0; i < 100; ++i) names.insert(random_hex_16());
    CHECK(names.size() == 100);
    CHECK(names.begin()->size() == 16);
    CHECK(names.begin()->find_first_not_of("0123456789abcdef") == std::string::npos);
}

TEST_CASE("uids are 24 hex digits and differ") {
    CHECK(random_uid() != random_uid());
    CHECK(random_uid().size() == 24);
    CHECK(random_uid().find_first_not_of("0123456789abcdef") == std::string::npos);
}

TEST_CASE("a source is written whole, and what its watcher throws ends the copy") {
    const ScratchDirectory scratch;
    const std::string content(200'000, 'y');
    const UniqueFd file = open_file(scratch.path / "f", O_RDWR | O_CREAT);
    MemorySource source(content);
    std::size_t total = 0;
    write_source(file.get(), source, "f", [&](std::size_t count) { total += count; });
    CHECK(total == content.size());
    CHECK(read_file(scratch.path / "f", content.size()) == content);
    MemorySource again(content);
    const auto refuse = [](std::size_t) { throw Error(ErrorCode::cancelled, "stopped"); };
    CHECK_THROWS_AS(write_source(file.get(), again, "f", refuse), Error);
}
