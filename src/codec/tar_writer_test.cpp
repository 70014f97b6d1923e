#include "codec/tar_writer.hpp"

#include "codec/hasher.hpp"
#include "codec/tar_block.hpp"
#include "codec/test_sources.hpp"

#include <doctest/doctest.h>

namespace berth::codec {
namespace {

using test::code_of;

struct Archive {
    std::string bytes;
    TarWriter writer{[this](std::span<const std::byte> more) { bytes += as_text(more); }};
};

TarEntry file(std::string path, std::uint64_t size) {
    TarEntry entry;
    entry.path = std::move(path);
    entry.size = size;
    entry.mode = 0644;
    return entry;
}

TarEntry rich() {
    TarEntry entry = file("etc/" + std::string(300, 'n'), 3);
    entry.mode = 04755;
    entry.uid = 3'000'000'000;
    entry.gid = 70'000;
    entry.user_name = std::string(40, 'u');
    entry.group_name = "staff";
    entry.modified = {-2, 500'000'000};
    entry.xattrs["security.capability"] = std::string("\1\0\0\2\n=\0", 7);
    entry.xattrs["user.empty"] = "";
    return entry;
}

void check_same(const TarEntry& a, const TarEntry& b) {
    CHECK(a.path == b.path);
    CHECK(a.type == b.type);
    CHECK(a.link_target == b.link_target);
    CHECK(a.size == b.size);
    CHECK(a.mode == b.mode);
    CHECK(a.uid == b.uid);
    CHECK(a.gid == b.gid);
    CHECK(a.user_name == b.user_name);
    CHECK(a.group_name == b.group_name);
    CHECK(a.modified.seconds == b.modified.seconds);
    CHECK(a.modified.nanoseconds == b.modified.nanoseconds);
    CHECK(a.device_major == b.device_major);
    CHECK(a.device_minor == b.device_minor);
    CHECK((a.xattrs == b.xattrs));
}

std::vector<TarEntry> one_of_each() {
    std::vector<TarEntry> all{rich()};
    all.reserve(16); // references into it are used below
    const auto add = [&](std::string path, TarType type) -> TarEntry& {
        TarEntry& entry = all.emplace_back(file(std::move(path), 0));
        entry.type = type;
        return entry;
    };
    add("hard", TarType::hard_link).link_target = all[0].path;
    add("soft", TarType::symlink).link_target = "../up";
    add("dev/null", TarType::character_device).device_minor = 3;
    auto& disk = add("dev/disk", TarType::block_device);
    disk.device_major = 4'000'000;
    disk.device_minor = 4'294'967'295;
    add("a/directory/", TarType::directory).modified = {1'700'000'000, 1};
    add("fifo", TarType::fifo);
    add(std::string(150, 'p') + "/" + std::string(100, 'q'), TarType::directory);
    add(std::string(156, 'p') + "/" + std::string(100, 'q'), TarType::directory);
    add(std::string(101, 'r'), TarType::symlink).link_target = std::string(101, 's');
    return all;
}

} // namespace

TEST_CASE("what the writer wrote the reader reads") {
    Archive archive;
    const auto all = one_of_each();
    for (const TarEntry& entry : all) {
        archive.writer.add(entry);
        if (entry.size > 0) {
            archive.writer.write(as_bytes("a"));
            archive.writer.write(as_bytes("bc"));
        }
    }
    archive.writer.finish();
    CHECK(archive.bytes.size() % 512 == 0);
    MemorySource source(archive.bytes);
    TarReader reader(source);
    for (const TarEntry& entry : all) {
        const TarEntry* read = reader.next();
        REQUIRE(read != nullptr);
        check_same(*read, entry);
        char content[10];
        CHECK(reader.read(std::as_writable_bytes(std::span(content))) == entry.size);
    }
    CHECK(reader.next() == nullptr);
}

TEST_CASE("a plain file is one ustar header, byte for byte") {
    Archive archive;
    TarEntry entry = file("hello.txt", 6);
    entry.uid = entry.gid = 1000;
    entry.user_name = "alice";
    entry.group_name = "staff";
    entry.modified.seconds = 1'700'000'000;
    archive.writer.add(entry);
    archive.writer.write(as_bytes("hello\n"));
    archive.writer.finish();
    REQUIRE(archive.bytes.size() == 4 * 512);
    const auto at = [&](std::size_t offset, std::string_view expected) {
        CHECK(std::string_view(archive.bytes).substr(offset, expected.size()) == expected);
    };
    at(0, std::string_view("hello.txt\0", 10));
    at(100, std::string_view("0000644\0"
                             "0001750\0"
                             "0001750\0"
                             "00000000006\0"
                             "14524770400\0",
                             48));
    at(156, std::string_view("0\0", 2));
    at(257, std::string_view("ustar\0"
                             "00alice\0",
                             14));
    at(297, std::string_view("staff\0", 6));
    at(512, "hello\n");
    // Made by: tar -c --format=ustar --owner=alice:1000 --group=staff:1000 --mode=644
    //   --mtime=@1700000000 -b1 hello.txt, which gives the same bytes.
    CHECK(digest_of(archive.bytes).text() ==
          "sha256:2c7f064df804859732834e0f4c88ffa8d0b6bdc81f3a03adfdb1825b2faf4589");
}

TEST_CASE("a path of 256 bytes fits ustar only where a slash is in the right place") {
    const auto blocks = [](const std::string& path) {
        Archive archive;
        archive.writer.add(file(path, 0));
        return archive.bytes.size() / 512;
    };
    CHECK(blocks(std::string(100, 'a')) == 1);
    CHECK(blocks(std::string(155, 'a') + "/" + std::string(100, 'b')) == 1);
    CHECK(blocks(std::string(101, 'a')) == 3);
    CHECK(blocks(std::string(156, 'a') + "/" + std::string(99, 'b')) == 3);
    CHECK(blocks(std::string(155, 'a') + "/" + std::string(101, 'b')) == 3);
    CHECK(blocks("/" + std::string(100, 'b')) == 3);
}

TEST_CASE("misuse of the writer is refused") {
    Archive archive;
    const auto adding = [&](TarEntry entry) { return code_of([&] { archive.writer.add(entry); }); };
    TarEntry sparse = file("s", 0);
    sparse.regions.emplace();
    CHECK(adding(sparse) == ErrorCode::usage);
    TarEntry directory = file("d", 1);
    directory.type = TarType::directory;
    CHECK(adding(directory) == ErrorCode::usage);
    CHECK(adding(file(std::string("a\0b", 3), 0)) == ErrorCode::usage);
    TarEntry attribute = file("x", 0);
    attribute.xattrs["user.a=b"] = "";
    CHECK(adding(attribute) == ErrorCode::usage);
    CHECK(archive.bytes.empty());
    archive.writer.add(file("f", 3));
    CHECK(adding(file("g", 0)) == ErrorCode::usage);
    CHECK(code_of([&] { archive.writer.finish(); }) == ErrorCode::usage);
    CHECK(code_of([&] { archive.writer.write(as_bytes("four")); }) == ErrorCode::usage);
    archive.writer.write(as_bytes("abc"));
    CHECK(code_of([&] { archive.writer.write(as_bytes("d")); }) == ErrorCode::usage);
}

} // namespace berth::codec
