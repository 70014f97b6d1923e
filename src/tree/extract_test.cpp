#include "tree/extract.hpp"

#include "base/error.hpp"
#include "base/source.hpp"
#include "codec/tar_writer.hpp"
#include "tree/scratch_directory.hpp"

#include <doctest/doctest.h>

#include <sys/stat.h>

#include <vector>

namespace berth::tree {
namespace {

namespace fs = std::filesystem;
using codec::TarEntry;
using codec::TarType;

struct Item {
    TarEntry entry;
    std::string content = {};
};

Item file(std::string path, std::string content, std::uint32_t mode = 0644) {
    TarEntry entry;
    entry.path = std::move(path);
    entry.size = content.size();
    entry.mode = mode;
    entry.modified = {1'500'000'000, 0};
    return {entry, std::move(content)};
}

Item other(std::string path, TarType type, std::string target = {}) {
    TarEntry entry;
    entry.path = std::move(path);
    entry.type = type;
    entry.link_target = std::move(target);
    entry.mode = 0755;
    entry.modified = {1'400'000'000, 0};
    return {entry};
}

void extract_items(const std::vector<Item>& items, const ScratchDirectory& scratch,
                   ExtractLimits limits = {}) {
    std::string bytes;
    codec::TarWriter writer([&](auto more) { bytes += as_text(more); });
    for (const auto& item : items) {
        writer.add(item.entry);
        if (!item.content.empty()) writer.write(as_bytes(item.content));
    }
    writer.finish();
    MemorySource source(bytes);
    codec::TarReader reader(source);
    fs::create_directories(scratch.path() / "in");
    extract(reader, scratch.open("in").get(), limits, {});
}

} // namespace

TEST_CASE("an archive's files, directories and links appear with their times and modes") {
    const ScratchDirectory scratch;
    extract_items(
        {other("chart", TarType::directory), file("chart/Chart.yaml", "name: x\n"),
         file("chart/bin/run", "#!", 04755), other("chart/l", TarType::symlink, "bin/run"),
         other("chart/bin/up", TarType::symlink, "../Chart.yaml"),
         other("chart/hard", TarType::hard_link, "chart/Chart.yaml")},
        scratch);
    CHECK(scratch.read("in/chart/Chart.yaml") == "name: x\n");
    CHECK(scratch.read("in/chart/l") == "#!");
    CHECK(scratch.read("in/chart/bin/up") == "name: x\n");
    CHECK(fs::hard_link_count(scratch.path() / "in/chart/hard") == 2);
    CHECK(fs::status(scratch.path() / "in/chart/bin/run").permissions() == fs::perms(0755));
    struct stat status {};
    REQUIRE(::stat((scratch.path() / "in/chart").c_str(), &status) == 0);
    CHECK(status.st_mtime == 1'400'000'000);
}

TEST_CASE("hostile entries are refused and nothing outside changes") {
    struct Case {
        const char* name;
        std::vector<Item> items;
    };
    const Case cases[] = {
        {"parent name", {file("../x", "1")}},
        {"parent in the middle", {file("a/../../x", "1")}},
        {"absolute link", {other("l", TarType::symlink, "/etc")}},
        {"link up", {other("l", TarType::symlink, "..")}},
        {"link up after a name", {other("l", TarType::symlink, "a/../..")}},
        {"link up through a link",
         {other("a/b", TarType::directory), other("a/b/top", TarType::symlink, "../.."),
          other("q", TarType::symlink, "a/b/top/..")}},
        {"link to nothing", {other("l", TarType::symlink, "")}},
        {"hard link out", {other("h", TarType::hard_link, "../secret")}},
        {"hard link to nothing", {other("h", TarType::hard_link, "secret")}},
        {"hard link to a directory",
         {other("d", TarType::directory), other("h", TarType::hard_link, "d")}},
        {"replaced file", {file("x", "1"), file("x", "2")}},
        {"file over directory", {other("x", TarType::directory), file("x", "2")}},
        {"directory over file", {file("x", "2"), other("x", TarType::directory)}},
        {"file as a parent", {file("x", "1"), file("x/y", "2")}},
        {"fifo", {other("f", TarType::fifo)}},
        {"device", {other("f", TarType::character_device)}},
        {"the top", {other(".", TarType::symlink, "x")}},
        {"loop", {other("l", TarType::symlink, "l"), file("l/x", "1")}},
    };
    for (const auto& hostile : cases) {
        CAPTURE(hostile.name);
        const ScratchDirectory scratch;
        scratch.write("secret", "secret");
        try {
            extract_items(hostile.items, scratch);
            FAIL("accepted");
        } catch (const Error& error) {
            CHECK(error.code() == ErrorCode::content_invalid);
            CHECK(std::string(error.what()).find("entry ") != std::string::npos);
        }
        CHECK(scratch.read("secret") == "secret");
        CHECK(fs::hard_link_count(scratch.path() / "secret") == 1);
        CHECK(std::distance(fs::directory_iterator(scratch.path()), fs::directory_iterator()) == 2);
    }
}

TEST_CASE("limits are named when they are crossed") {
    const ScratchDirectory scratch;
    try {
        extract_items({file("a", std::string(600, 'a')), file("b", std::string(600, 'b'))}, scratch,
                      {.total_bytes = 1000});
        FAIL("accepted");
    } catch (const Error& error) {
        CHECK(error.code() == ErrorCode::limit_exceeded);
        CHECK(std::string(error.what()).find("1000 B") != std::string::npos);
    }
    CHECK_THROWS_AS(extract_items({file("c", ""), file("d", "")}, scratch, {.entries = 1}), Error);
}

} // namespace berth::tree
