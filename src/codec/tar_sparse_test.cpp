// Maps of sparse files that are wrong, made by hand. Right ones: tar_reader_test.cpp.
#include "codec/tar_sparse.hpp"

#include "codec/test_sources.hpp"
#include "codec/test_tar.hpp"

#include <doctest/doctest.h>

namespace berth::codec {
namespace {

using test::code_of;
using test::extension;
using test::HandBlock;
using test::padded;
using test::record;

TarEntry read_one(const std::string& archive, TarLimits limits = {}) {
    MemorySource source(archive);
    TarReader reader(source, limits);
    const TarEntry* entry = reader.next();
    REQUIRE(entry != nullptr);
    const TarEntry result = *entry;
    CHECK(reader.next() == nullptr);
    return result;
}

ErrorCode refusal(const std::string& archive, TarLimits limits = {}) {
    return code_of([&] { read_one(archive, limits); });
}

std::string octal(std::uint64_t value) {
    return fmt::format("{:011o}", value) + '\0';
}

/// A file of 100 bytes in form 0.1 with 10 stored bytes.
std::string form_0_1(const std::string& map, const std::string& more = {}) {
    return extension('x', record("GNU.sparse.size", "100") + record("GNU.sparse.map", map) + more) +
           HandBlock('0', "s", 10).bytes() + padded("0123456789");
}

std::string form_0_0(const std::string& records) {
    return extension('x', record("GNU.sparse.size", "100") + records) +
           HandBlock('0', "s", 10).bytes() + padded("0123456789");
}

/// Form 1.0: `lines` in whole blocks, then `stored` bytes.
std::string form_1_0(const std::string& lines, std::size_t stored) {
    const std::string data = padded(lines) + std::string(stored, 'd');
    return extension('x', record("GNU.sparse.major", "1") + record("GNU.sparse.minor", "0") +
                              record("GNU.sparse.name", "real") +
                              record("GNU.sparse.realsize", "100")) +
           HandBlock('0', "s", data.size()).bytes() + padded(data);
}

std::string old_form(const std::string& regions, std::uint64_t stored, bool extended = false) {
    return HandBlock('S', "s", stored)
        .gnu()
        .set(386, regions)
        .set(482, extended ? "\1" : std::string_view("\0", 1))
        .set(483, octal(100))
        .bytes();
}

} // namespace

TEST_CASE("maps in PAX records are taken when they fit the data") {
    CHECK(read_one(form_0_1("0,4,90,6")).regions->size() == 2);
    CHECK(read_one(form_0_1("0,10,100,0")).regions->size() == 1);
    CHECK(read_one(form_0_1("0,10", record("GNU.sparse.name", "n"))).path == "n");
    const TarEntry entry =
        read_one(form_0_0(record("GNU.sparse.numblocks", "2") + record("GNU.sparse.offset", "3") +
                          record("GNU.sparse.numbytes", "4") + record("GNU.sparse.offset", "50") +
                          record("GNU.sparse.numbytes", "6")));
    REQUIRE(entry.regions->size() == 2);
    CHECK(entry.regions->at(1).offset == 50);
    CHECK(entry.size == 100);
}

TEST_CASE("maps that overlap, go back, reach out or do not fit the data are refused") {
    for (const char* map : {"0,6,5,4", "50,5,0,5", "0,4,95,6", "0,9", "0,11", "", "0", "0,10,5",
                            "0,10,", ",0,10", "0,,10", "a,b", "-1,10", "0,4,4611686018427387904,6",
                            "18446744073709551615,10", "9223372036854775807,10"}) {
        CAPTURE(map);
        CHECK(refusal(form_0_1(map)) == ErrorCode::content_invalid);
    }
}

TEST_CASE("maps of form 0.0 keep their order and their count") {
    const std::string offset = record("GNU.sparse.offset", "0");
    const std::string length = record("GNU.sparse.numbytes", "10");
    CHECK(read_one(form_0_0(offset + length)).regions->size() == 1);
    for (const std::string& records :
         {length + offset, offset + offset + length, offset + length + length,
          offset + length + offset, record("GNU.sparse.numblocks", "2") + offset + length}) {
        CHECK(refusal(form_0_0(records)) == ErrorCode::content_invalid);
    }
}

TEST_CASE("maps of form 1.0 lie before the data") {
    const TarEntry entry = read_one(form_1_0("2\n0\n4\n50\n6\n", 10));
    CHECK(entry.path == "real");
    CHECK(entry.size == 100);
    REQUIRE(entry.regions->size() == 2);
    for (const char* lines : {"2\n0\n4\n", "x\n", "\n", "1\n0\n10", "1\n-1\n10\n", "1 0 10",
                              "1\n0\n99999999999999999999\n", "1\n0\n9999999999999999999\n"}) {
        CAPTURE(lines);
        CHECK(refusal(form_1_0(lines, 10)) == ErrorCode::content_invalid);
    }
    CHECK(refusal(form_1_0("1\n0\n10\n", 9)) == ErrorCode::content_invalid);
    // A map that promises more than the entry holds must not read on into the next entry.
    CHECK(refusal(form_1_0("9\n" + std::string(510, '1'), 0)) == ErrorCode::content_invalid);
}

TEST_CASE("old maps are bounded and may go on in further blocks") {
    const std::string data = padded("0123456789");
    CHECK(read_one(old_form(octal(20) + octal(10), 10) + data).regions->size() == 1);
    const std::string more = padded(octal(40) + octal(4));
    const TarEntry entry = read_one(old_form(octal(20) + octal(6), 10, true) + more + data);
    REQUIRE(entry.regions->size() == 2);
    CHECK(entry.regions->at(1).offset == 40);
    std::string endless;
    for (int i = 0; i < 10; ++i) {
        std::string block(512, '\0');
        block[504] = '\1';
        endless += block;
    }
    CHECK(refusal(old_form(octal(20) + octal(10), 10, true) + endless) ==
          ErrorCode::content_invalid);
    CHECK(refusal(old_form(octal(20) + octal(6), 10, true)) == ErrorCode::content_invalid);
    CHECK(refusal(old_form(octal(20) + octal(9), 10) + data) == ErrorCode::content_invalid);
    CHECK(refusal(old_form(octal(95) + octal(10), 10) + data) == ErrorCode::content_invalid);
    CHECK(refusal(HandBlock('S').set(483, octal(0)).bytes()) == ErrorCode::content_invalid);
}

TEST_CASE("a sparse file must say how large it is, in a form that is known, and only once") {
    const std::string file = HandBlock('0', "s", 10).bytes() + padded("0123456789");
    CHECK(refusal(extension('x', record("GNU.sparse.map", "0,10")) + file) ==
          ErrorCode::content_invalid);
    CHECK(refusal(form_0_1("0,10", record("GNU.sparse.major", "2"))) == ErrorCode::content_invalid);
    CHECK(refusal(extension('x', record("GNU.sparse.size", "100")) +
                  old_form(octal(0) + octal(10), 10) + padded("0123456789")) ==
          ErrorCode::content_invalid);
}

TEST_CASE("the number of regions has a bound in every form") {
    TarLimits limits;
    limits.sparse_regions = 2;
    const std::string data = padded("0123456789");
    const std::string pair = record("GNU.sparse.offset", "0") + record("GNU.sparse.numbytes", "0");
    CHECK(read_one(form_0_1("0,4,90,6"), limits).regions->size() == 2);
    CHECK(refusal(form_0_1("0,4,50,1,90,5"), limits) == ErrorCode::limit_exceeded);
    CHECK(refusal(form_0_0(pair + pair + pair), limits) == ErrorCode::limit_exceeded);
    CHECK(refusal(form_1_0("3\n0\n4\n", 10), limits) == ErrorCode::limit_exceeded);
    const std::string zero = octal(0) + octal(0);
    CHECK(refusal(old_form(zero + zero + zero, 0), limits) == ErrorCode::limit_exceeded);
}

} // namespace berth::codec
