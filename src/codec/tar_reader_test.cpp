// The reader against archives that GNU tar and bsdtar made (testdata/make_fixtures).
#include "codec/tar_reader.hpp"

#include "base/file.hpp"
#include "codec/decompress.hpp"
#include "codec/test_sources.hpp"

#include <doctest/doctest.h>

#include <fcntl.h>

namespace berth::codec {
namespace {

std::unique_ptr<Source> fixture(const std::string& name) {
    const std::string path = std::string(BERTH_TESTDATA) + "/" + name + ".tar.gz";
    return gunzip(test::memory(read_file(path, 1'000'000)), {});
}

struct Unpacked {
    TarEntry entry;
    std::string content; ///< with the holes filled by zeros
};

std::string read_content(TarReader& reader, const TarEntry& entry) {
    std::string stored;
    char buffer[777];
    while (const std::size_t got = reader.read(std::as_writable_bytes(std::span(buffer)))) {
        stored.append(buffer, got);
    }
    if (!entry.regions) return stored;
    std::string whole(entry.size, '\0');
    std::size_t position = 0;
    for (const TarRegion& region : *entry.regions) {
        whole.replace(region.offset, region.length, stored, position, region.length);
        position += region.length;
    }
    CHECK(position == stored.size());
    return whole;
}

std::vector<Unpacked> unpack(Source& source) {
    TarReader reader(source);
    std::vector<Unpacked> all;
    while (const TarEntry* entry = reader.next()) {
        all.push_back({*entry, read_content(reader, *entry)});
    }
    CHECK(reader.next() == nullptr);
    reader.drain();
    std::byte more{};
    CHECK(source.read({&more, 1}) == 0);
    return all;
}

std::vector<Unpacked> unpack(const std::string& name) {
    const auto source = fixture(name);
    return unpack(*source);
}

std::string holes() {
    std::string content(200'000, '\0');
    for (std::size_t i = 0; i < 30; ++i) {
        content.replace(i * 4096, 512, 512, static_cast<char>('A' + i));
    }
    return content;
}

std::string long_path() {
    return std::string(90, 'd') + "/" + std::string(90, 'e') + "/" + std::string(90, 'f');
}

void check_time(const TarTime& time, std::int64_t seconds, std::int32_t nanoseconds) {
    CHECK(time.seconds == seconds);
    CHECK(time.nanoseconds == nanoseconds);
}

} // namespace

TEST_CASE("sparse files of all four forms have their holes and their data") {
    for (const char* name :
         {"sparse-old-gnu", "sparse-pax-0.0", "sparse-pax-0.1", "sparse-pax-1.0"}) {
        CAPTURE(name);
        const auto all = unpack(std::string(name));
        REQUIRE(all.size() == 3);
        CHECK(all[0].entry.path == "holes.bin");
        CHECK(all[0].entry.size == 200'000);
        REQUIRE(all[0].entry.regions.has_value());
        CHECK(all[0].entry.regions->size() == 30);
        CHECK((all[0].content == holes()));
        CHECK(all[1].entry.path == "empty.bin");
        CHECK(all[1].entry.size == 100'000);
        REQUIRE(all[1].entry.regions.has_value());
        CHECK(all[1].entry.regions->empty());
        CHECK(all[2].entry.path == "plain");
        CHECK(!all[2].entry.regions.has_value());
        CHECK(all[2].content == "hello\n");
        CHECK(all[2].entry.user_name == "alice");
        CHECK(all[2].entry.gid == 5678);
    }
}

TEST_CASE("entries are found although nobody reads their data") {
    const auto source = fixture("sparse-pax-1.0");
    TarReader reader(*source);
    int entries = 0;
    while (reader.next() != nullptr) ++entries;
    CHECK(entries == 3);
}

TEST_CASE("long names and link targets of GNU and PAX archives are whole") {
    for (const char* name : {"names-gnu", "names-pax"}) {
        CAPTURE(name);
        const auto all = unpack(std::string(name));
        REQUIRE(all.size() == 4);
        CHECK(all[0].entry.path == long_path());
        CHECK(all[0].content == "long\n");
        CHECK(all[0].entry.mode == 0644);
        CHECK(all[1].entry.type == TarType::hard_link);
        CHECK(all[1].entry.path == "hard");
        CHECK(all[1].entry.link_target == long_path());
        CHECK(all[2].entry.type == TarType::symlink);
        CHECK(all[2].entry.link_target == std::string(150, 't'));
        CHECK(all[3].entry.path == "plain");
        CHECK(all[3].entry.link_target.empty());
        CHECK(all[3].entry.uid == 1234);
    }
}

TEST_CASE("ustar joins prefix and name") {
    const auto all = unpack(std::string("names-ustar"));
    REQUIRE(all.size() == 2);
    CHECK(all[1].entry.path == std::string(90, 'd') + "/" + std::string(90, 'e') + "/");
    CHECK(all[1].entry.type == TarType::directory);
    CHECK(all[1].entry.group_name == "staff");
}

TEST_CASE("the seventh edition's archives have no names of owners") {
    const auto all = unpack(std::string("plain-v7"));
    REQUIRE(all.size() == 1);
    CHECK(all[0].content == "hello\n");
    CHECK(all[0].entry.uid == 1234);
    CHECK(all[0].entry.user_name.empty());
    check_time(all[0].entry.modified, 1'700'000'000, 0);
}

TEST_CASE("GNU numbers in base 256 are read, negative ones too") {
    const auto all = unpack(std::string("numbers-gnu"));
    REQUIRE(all.size() == 1);
    CHECK(all[0].entry.uid == 3'000'000);
    CHECK(all[0].entry.gid == 4'000'000);
    check_time(all[0].entry.modified, -5, 0);
}

TEST_CASE("extended attributes are binary and times have nanoseconds") {
    for (const char* name : {"attributes-bsdtar", "attributes-gnu"}) {
        CAPTURE(name);
        const auto all = unpack(std::string(name));
        REQUIRE(all.size() == 2);
        check_time(all[0].entry.modified, 1'700'000'000, 123'456'789);
        CHECK(all[0].entry.xattrs.empty());
        const auto& xattrs = all[1].entry.xattrs;
        REQUIRE(xattrs.count("user.binary") == 1);
        CHECK(xattrs.at("user.binary") == std::string("a\0b\n=c", 6));
        CHECK(xattrs.at("user.text") == "value");
    }
    // bsdtar writes this time as -2.5: its fraction counts upwards even before 1970.
    check_time(unpack(std::string("attributes-gnu"))[1].entry.modified, -2, 500'000'000);
}

TEST_CASE("an archive in pieces of any size reads the same") {
    const auto whole = fixture("sparse-old-gnu");
    const std::string bytes = read_all(*whole, 1'000'000, "it");
    for (const std::size_t most : {1, 13, 511, 513, 70'000}) {
        test::ChunkedSource source(bytes, most, most);
        const auto all = unpack(source);
        REQUIRE(all.size() == 3);
        CHECK((all[0].content == holes()));
    }
}

TEST_CASE("an archive cut inside an entry is refused, one without end marks is not") {
    const auto whole = fixture("names-pax");
    const std::string bytes = read_all(*whole, 1'000'000, "it");
    std::size_t clean_ends = 0;
    for (std::size_t size = 0; size < bytes.size(); size += 256) {
        MemorySource source(bytes.substr(0, size));
        try {
            clean_ends += unpack(source).size() < 5 ? 1 : 0;
        } catch (const Error& error) {
            REQUIRE(error.code() == ErrorCode::content_invalid);
        }
    }
    // After each of the four entries (and at 0), and anywhere among the zero blocks on block ends.
    CHECK(clean_ends >= 5);
    MemorySource inside(bytes.substr(0, 700));
    CHECK_THROWS_AS(unpack(inside), Error);
}

} // namespace berth::codec
