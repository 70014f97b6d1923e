// The reader against archives made by hand: what is refused, and how, and what is tolerated.
#include "codec/tar_reader.hpp"

#include "codec/test_sources.hpp"
#include "codec/test_tar.hpp"

#include <doctest/doctest.h>

namespace berth::codec {
namespace {

using test::code_of;
using test::end_mark;
using test::extension;
using test::HandBlock;
using test::padded;
using test::record;

std::vector<TarEntry> list(const std::string& archive, TarLimits limits = {}) {
    MemorySource source(archive);
    TarReader reader(source, limits);
    std::vector<TarEntry> all;
    while (const TarEntry* entry = reader.next()) all.push_back(*entry);
    return all;
}

ErrorCode strict_refusal(const std::string& archive, TarLimits limits = {}) {
    return code_of([&] { list(archive, limits); });
}

TarEntry only(const std::string& archive) {
    const auto all = list(archive);
    REQUIRE(all.size() == 1);
    return all.front();
}

/// An archive of a PAX header and a file.
std::string with_pax(const std::string& records, const std::string& file) {
    return extension('x', records) + file + end_mark();
}
std::string with_pax(const std::string& records) {
    return with_pax(records, HandBlock('0').bytes());
}

} // namespace

TEST_CASE("an archive may end with two zero blocks, one, none, and junk after two") {
    const std::string file = HandBlock('0').bytes();
    CHECK(list("").empty());
    CHECK(list(file).size() == 1);
    CHECK(list(file + std::string(512, '\0')).size() == 1);
    CHECK(list(file + end_mark()).size() == 1);
    CHECK(list(file + end_mark() + "junk").size() == 1);
    CHECK(strict_refusal(file + std::string(512, '\0') + file) == ErrorCode::content_invalid);
    CHECK(strict_refusal(file + std::string(100, '\0')) == ErrorCode::content_invalid);
}

TEST_CASE("drain reads what follows the end mark") {
    MemorySource source(HandBlock('0').bytes() + end_mark() + std::string(200'000, 'j'));
    TarReader reader(source);
    while (reader.next() != nullptr) continue;
    reader.drain();
    std::byte more{};
    CHECK(source.read({&more, 1}) == 0);
}

TEST_CASE("checksums may be of signed bytes but must be right") {
    std::string block = HandBlock('0', "caf\xc3\xa9").bytes();
    CHECK(only(block).path == "caf\xc3\xa9");
    std::int64_t sum = 8 * ' ';
    for (std::size_t i = 0; i < 512; ++i) {
        if (i < 148 || i >= 156) sum += static_cast<signed char>(block[i]);
    }
    block.replace(148, 6, fmt::format("{:06o}", sum));
    CHECK(only(block).path == "caf\xc3\xa9");
    block[0] = 'k';
    CHECK(strict_refusal(block) == ErrorCode::content_invalid);
}

TEST_CASE("an error names the entry by number and name, and stays") {
    MemorySource source(HandBlock('0', "first").bytes() + HandBlock('V', "label").bytes());
    TarReader reader(source);
    REQUIRE(reader.next() != nullptr);
    for (int i = 0; i < 2; ++i) {
        try {
            reader.next();
            FAIL("not refused");
        } catch (const Error& error) {
            CHECK(error.code() == ErrorCode::content_invalid);
            CHECK(std::string(error.what()).find("tar entry 2 (\"label\")") != std::string::npos);
            CHECK(error.message().find("\"V\"") != std::string::npos);
        }
    }
}

TEST_CASE("kinds of entries that have no place in a tree are refused") {
    for (const char type : {'M', 'V', 'D', 'N', 'X', '8', 'z', '\x80'}) {
        CHECK(strict_refusal(HandBlock(type).bytes()) == ErrorCode::content_invalid);
    }
}

TEST_CASE("old and contiguous files are files, an old name with a slash is a directory") {
    CHECK(only(HandBlock('\0').bytes()).type == TarType::file);
    CHECK(only(HandBlock('7').bytes()).type == TarType::file);
    CHECK(only(HandBlock('\0', "dir/").v7().bytes()).type == TarType::directory);
    CHECK(only(HandBlock('0', "file/").bytes()).type == TarType::file);
}

TEST_CASE("links and directories that state a size have no data all the same") {
    for (const char type : {'1', '2', '5', '6'}) {
        const auto all = list(HandBlock(type, "a", 5000).bytes() + HandBlock('0', "b").bytes());
        REQUIRE(all.size() == 2);
        CHECK(all[0].size == 0);
        CHECK(all[1].path == "b");
    }
}

TEST_CASE("numbers may have blanks around them and nothing else") {
    const auto mode = [](std::string_view text) {
        return only(HandBlock('0').set(100, text).bytes()).mode;
    };
    CHECK(mode(std::string_view("   644 \0", 8)) == 0644);
    CHECK(mode(std::string(8, '\0')) == 0);
    CHECK(mode("00100755") == 0755);
    for (const char* text : {"0000689", "-000001", "0x00644", "06 4400"}) {
        CHECK(strict_refusal(HandBlock('0').set(100, text).bytes()) == ErrorCode::content_invalid);
    }
}

TEST_CASE("base-256 numbers are bounded") {
    const auto sized = [](std::string_view digits) {
        return HandBlock('0').set(124, digits).bytes();
    };
    CHECK(strict_refusal(sized(std::string(12, '\xff'))) == ErrorCode::content_invalid);
    CHECK(strict_refusal(sized("\x80" + std::string(3, '\0') + "\x7f" + std::string(7, '\xff'))) ==
          ErrorCode::content_invalid);
    CHECK(strict_refusal(sized("\xbf" + std::string(11, '\xff'))) == ErrorCode::content_invalid);
    CHECK(only(sized("\x80" + std::string(11, '\0'))).size == 0);
    const std::string no_owner = "\x80" + std::string(3, '\0') + std::string(4, '\xff');
    CHECK(strict_refusal(HandBlock('0').set(108, no_owner).bytes()) == ErrorCode::content_invalid);
    const std::string old = std::string(4, '\xff') + "\x80" + std::string(7, '\0');
    CHECK(strict_refusal(HandBlock('0').set(136, old).bytes()) == ErrorCode::content_invalid);
}

TEST_CASE("PAX records override the header") {
    const std::string records = record("path", "other\nname") + record("uid", "4294967294") +
                                record("mtime", "12.5") + record("comment", "ignored") +
                                record("size", "3") + record("uname", "bob");
    const TarEntry entry =
        only(with_pax(records, HandBlock('0').set(265, "alice").bytes() + padded("abc")));
    CHECK(entry.path == "other\nname");
    CHECK(entry.uid == 4'294'967'294);
    CHECK(entry.size == 3);
    CHECK(entry.user_name == "bob");
    CHECK(entry.modified.seconds == 12);
    CHECK(entry.modified.nanoseconds == 500'000'000);
}

TEST_CASE("PAX times are exact on both sides of 1970") {
    const auto check = [](std::string_view text, std::int64_t seconds, std::int32_t nanoseconds) {
        CAPTURE(text);
        const TarEntry entry = only(with_pax(record("mtime", text)));
        CHECK(entry.modified.seconds == seconds);
        CHECK(entry.modified.nanoseconds == nanoseconds);
    };
    check("0", 0, 0);
    check("1700000000.123456789999", 1'700'000'000, 123'456'789);
    check("5.", 5, 0);
    check("-0.25", -1, 750'000'000);
    check("-1.5", -2, 500'000'000);
    check("-7", -7, 0);
    check("-0.000000001", -1, 999'999'999);
    for (const char* text : {"x", "1.x", "--1", "+1", ".5", "1e5", "99999999999999999999", "-"}) {
        CHECK(strict_refusal(with_pax(record("mtime", text))) == ErrorCode::content_invalid);
    }
}

TEST_CASE("malformed PAX records are refused") {
    for (const std::string& records :
         {std::string("5 a=b\n"), std::string("7 a=b\n"), std::string("6 a=bc"),
          std::string("6 abc\n"), std::string("5 =b\n"), std::string("a=b\n"),
          std::string(" 6 a=b\n"), std::string("-6 a=b\n"), std::string("06a=bb\n"),
          std::string("99999999999999999999999 a=b\n"), std::string("3 \n"), std::string("2 "),
          record("uid", "-1"), record("uid", "4294967295"), record("size", "0x5"),
          record("size", "9223372036854775807"), record("path", std::string("a\0b", 3)),
          record("linkpath", std::string("\0", 1)), record(std::string("us\0r", 4), "x")}) {
        CAPTURE(records);
        CHECK(strict_refusal(with_pax(records)) == ErrorCode::content_invalid);
    }
}

TEST_CASE("a global PAX header holds until a local record says otherwise") {
    const auto all = list(extension('g', record("uname", "root") + record("uid", "7") +
                                             record("SCHILY.xattr.user.a", "1")) +
                          HandBlock('0', "a").set(265, "header").bytes() +
                          extension('x', record("uname", "") + record("uid", "8")) +
                          HandBlock('0', "b").set(265, "header").bytes() +
                          HandBlock('0', "c").bytes() + end_mark());
    REQUIRE(all.size() == 3);
    CHECK(all[0].user_name == "root");
    CHECK(all[0].uid == 7);
    CHECK(all[0].xattrs.at("user.a") == "1");
    CHECK(all[1].user_name == "header");
    CHECK(all[1].uid == 8);
    CHECK(all[2].user_name == "root");
    CHECK(list(extension('g', record("comment", "only a global header")) + end_mark()).empty());
    for (const char* key : {"path", "linkpath", "size", "GNU.sparse.map"}) {
        CHECK(strict_refusal(extension('g', record(key, "1")) + HandBlock('0').bytes()) ==
              ErrorCode::content_invalid);
    }
}

TEST_CASE("extended headers without an entry are refused") {
    CHECK(strict_refusal(extension('x', record("path", "a"))) == ErrorCode::content_invalid);
    CHECK(strict_refusal(extension('L', "name") + end_mark()) == ErrorCode::content_invalid);
    CHECK(strict_refusal(HandBlock('x', "ext", 4000).bytes()) == ErrorCode::content_invalid);
}

TEST_CASE("two different long names are refused, equal ones are not") {
    const std::string gnu = extension('L', std::string("long\0", 5));
    const std::string file = HandBlock('0').gnu().bytes();
    CHECK(only(gnu + file).path == "long");
    CHECK(only(gnu + extension('x', record("path", "long")) + file).path == "long");
    CHECK(strict_refusal(gnu + extension('x', record("path", "other")) + file) ==
          ErrorCode::content_invalid);
    CHECK(strict_refusal(extension('L', std::string("a\0b", 3)) + file) ==
          ErrorCode::content_invalid);
}

TEST_CASE("every bound is kept, and at the bound all is well") {
    const std::string file = HandBlock('0').bytes();
    CHECK(list(file + file, {.entries = 2}).size() == 2);
    CHECK(strict_refusal(file + file, {.entries = 1}) == ErrorCode::limit_exceeded);

    TarLimits names;
    names.name_bytes = 200;
    const std::string good(200, 'n');
    const std::string bad(201, 'n');
    CHECK(list(extension('L', good + '\0') + file, names).size() == 1);
    CHECK(strict_refusal(extension('L', bad) + file, names) == ErrorCode::limit_exceeded);
    CHECK(strict_refusal(extension('K', bad + '\0') + file, names) == ErrorCode::limit_exceeded);
    CHECK(list(extension('x', record("path", good)) + file, names).size() == 1);
    CHECK(strict_refusal(extension('x', record("path", bad)) + file, names) ==
          ErrorCode::limit_exceeded);
    CHECK(strict_refusal(extension('x', record("GNU.sparse.name", bad)) + file, names) ==
          ErrorCode::limit_exceeded);

    TarLimits pax;
    pax.pax_bytes = 1000;
    const std::string value(970, 'v');
    CHECK(list(extension('x', record("SCHILY.xattr.a", value)) + file, pax).size() == 1);
    CHECK(strict_refusal(extension('x', record("SCHILY.xattr.a", value + value)) + file, pax) ==
          ErrorCode::limit_exceeded);
    CHECK(strict_refusal(HandBlock('x', "e", std::uint64_t{1} << 32).bytes()) ==
          ErrorCode::limit_exceeded);
    std::string globals;
    for (const char* key : {"SCHILY.xattr.a", "SCHILY.xattr.b"}) {
        globals += extension('g', record(key, value));
    }
    CHECK(strict_refusal(globals + file, pax) == ErrorCode::limit_exceeded);
    std::string many;
    for (int i = 0; i < 70; ++i) many += extension('g', record("comment", "x"));
    CHECK(strict_refusal(many + file) == ErrorCode::limit_exceeded);
}

} // namespace berth::codec
