#include "codec/decompress.hpp"
#include "codec/test_compress.hpp"
#include "codec/test_sources.hpp"

#include <doctest/doctest.h>

namespace berth::codec {
namespace {

using test::code_of;
using test::gzip;

using Opener = std::unique_ptr<Source> (*)(std::unique_ptr<Source>, DecompressLimits);
constexpr Opener openers[] = {gunzip, gunzip_by_zlib};

std::string unpack(Opener open, std::string packed, std::uint64_t seed = 0,
                   std::size_t most_in = buffer_size, std::size_t most_out = buffer_size) {
    const auto source =
        open(std::make_unique<test::ChunkedSource>(std::move(packed), seed, most_in), {});
    return test::read_in_pieces(*source, seed + 1, most_out);
}

ErrorCode refusal(Opener open, std::string packed, DecompressLimits limits = {}) {
    return code_of([&] {
        const auto source = open(test::memory(std::move(packed)), limits);
        drain(*source);
    });
}

/// Refused, or unpacked to the same: the last deflate block ends with up to seven unused bits.
bool survives(Opener open, const std::string& damaged, const std::string& plain) {
    try {
        return unpack(open, damaged) == plain;
    } catch (const Error& error) {
        return error.code() == ErrorCode::content_invalid;
    }
}

std::string all_header_parts(std::string_view plain) {
    return gzip(plain, {.level = 1,
                        .name = "a name",
                        .comment = "a comment",
                        .extra = std::string("AB\x02\0xy", 6),
                        .header_checksum = true});
}

} // namespace

TEST_CASE("both gunzips give back what zlib packed, however it is cut into pieces") {
    test::Numbers numbers(42);
    for (int round = 0; round < 150; ++round) {
        std::string plain;
        std::string packed;
        const std::uint64_t members = 1 + numbers(4);
        for (std::uint64_t i = 0; i < members; ++i) {
            const std::string part =
                test::sample(numbers(3) == 0 ? numbers(3) : numbers(40'000), numbers(1000));
            plain += part;
            packed += numbers(2) == 0 ? all_header_parts(part)
                                      : gzip(part, {.level = static_cast<int>(numbers(10))});
        }
        packed.append(numbers(3) == 0 ? numbers(1000) : 0, '\0');
        for (const Opener open : openers) {
            const std::uint64_t seed = numbers(1'000'000);
            const std::size_t most_in = numbers(2) == 0 ? 1 + numbers(7) : 1 + numbers(9000);
            const std::size_t most_out = numbers(2) == 0 ? 1 + numbers(50) : 1 + numbers(90'000);
            REQUIRE(unpack(open, packed, seed, most_in, most_out) == plain);
        }
    }
}

TEST_CASE("a stream cut anywhere is refused") {
    const std::string plain = test::sample(3000, 5);
    const std::string packed = all_header_parts(plain) + gzip(plain);
    const std::size_t boundary = all_header_parts(plain).size();
    for (const Opener open : openers) {
        for (std::size_t size = 0; size < packed.size(); ++size) {
            if (size == boundary) continue;
            REQUIRE(refusal(open, packed.substr(0, size)) == ErrorCode::content_invalid);
        }
    }
}

TEST_CASE("a damaged bit is refused or changes nothing") {
    const std::string plain = test::sample(2000, 6);
    const std::string packed = all_header_parts(plain);
    for (std::size_t at = 0; at < packed.size(); ++at) {
        for (const int bit : {0, 3, 7}) {
            std::string damaged = packed;
            damaged[at] = static_cast<char>(damaged[at] ^ (1 << bit));
            for (const Opener open : openers) REQUIRE(survives(open, damaged, plain));
        }
    }
}

TEST_CASE("damage of the header that has no checksum shows only where it matters") {
    std::string packed = gzip("hello");
    packed[4] = 'x'; // the time
    packed[9] = 'y'; // the operating system
    for (const Opener open : openers) {
        CHECK(unpack(open, packed) == "hello");
        for (const std::size_t at : {0, 1, 2}) {
            std::string damaged = packed;
            damaged[at] = 0x55;
            CHECK(refusal(open, damaged) == ErrorCode::content_invalid);
        }
        std::string reserved = packed;
        reserved[3] = '\x20';
        CHECK(refusal(open, reserved) == ErrorCode::content_invalid);
    }
}

TEST_CASE("only zeros may follow the last member") {
    const std::string packed = gzip("hello");
    for (const Opener open : openers) {
        CHECK(unpack(open, packed + std::string(100'000, '\0')) == "hello");
        CHECK(refusal(open, packed + "x") == ErrorCode::content_invalid);
        CHECK(refusal(open, packed + std::string(100'000, '\0') + "x") ==
              ErrorCode::content_invalid);
        CHECK(refusal(open, packed + std::string(3, '\0') + packed) == ErrorCode::content_invalid);
        CHECK(refusal(open, packed + "\x1f") == ErrorCode::content_invalid);
        CHECK(refusal(open, std::string(10, '\0')) == ErrorCode::content_invalid);
    }
}

TEST_CASE("members without content are passed over") {
    std::string packed;
    for (int i = 0; i < 1000; ++i) packed += gzip("");
    for (const Opener open : openers) {
        CHECK(unpack(open, packed).empty());
        CHECK(unpack(open, packed + gzip("end")) == "end");
    }
}

TEST_CASE("output beyond its limit is refused, and the error stays") {
    const std::string packed = gzip(std::string(2'000'000, 'a'), {.level = 9});
    for (const Opener open : openers) {
        CHECK(refusal(open, packed, {.output = 1'999'999}) == ErrorCode::limit_exceeded);
        CHECK(refusal(open, packed, {.ratio = 10}) == ErrorCode::limit_exceeded);
        CHECK(unpack(open, packed).size() == 2'000'000);
        const auto source = open(test::memory(packed), {.output = 1000});
        CHECK(code_of([&] { drain(*source); }) == ErrorCode::limit_exceeded);
        CHECK(code_of([&] { drain(*source); }) == ErrorCode::limit_exceeded);
    }
}

TEST_CASE("an endless header is refused") {
    std::string packed("\x1f\x8b\x08\x08\0\0\0\0\0\x03", 10);
    packed.append(2'000'000, 'n');
    CHECK(refusal(gunzip, packed) == ErrorCode::limit_exceeded);
}

} // namespace berth::codec
