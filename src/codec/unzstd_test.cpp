#include "codec/decompress.hpp"
#include "codec/test_compress.hpp"
#include "codec/test_sources.hpp"

#include <doctest/doctest.h>

namespace berth::codec {
namespace {

using test::code_of;
using test::zstd;

std::string unzstd_text(std::string packed, std::uint64_t seed = 0,
                        std::size_t most = buffer_size) {
    const auto source =
        unzstd(std::make_unique<test::ChunkedSource>(std::move(packed), seed, most), {});
    return test::read_in_pieces(*source, seed + 1, most);
}

ErrorCode unzstd_refusal(std::string packed, DecompressLimits limits = {}) {
    return code_of([&] {
        const auto source = unzstd(test::memory(std::move(packed)), limits);
        drain(*source);
    });
}

/// RFC 8878 section 3.1.2.
std::string skippable(std::string_view content) {
    std::string frame("\x5a\x2a\x4d\x18", 4);
    frame.push_back(static_cast<char>(content.size()));
    frame.append(3, '\0');
    return frame.append(content);
}

/// A frame that states a window of 2^`log` bytes and holds one empty raw block.
std::string frame_with_window(int log) {
    std::string frame("\x28\xb5\x2f\xfd\0", 5);
    frame.push_back(static_cast<char>((log - 10) << 3));
    return frame + std::string("\x01\0\0", 3);
}

std::string with_checksum(std::string_view plain) {
    ZSTD_CCtx* context = ZSTD_createCCtx();
    ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
    std::string packed(ZSTD_compressBound(plain.size()), '\0');
    packed.resize(
        ZSTD_compress2(context, packed.data(), packed.size(), plain.data(), plain.size()));
    ZSTD_freeCCtx(context);
    return packed;
}

} // namespace

TEST_CASE("zstd frames and skippable frames give their content, however they are cut") {
    test::Numbers numbers(9);
    for (int round = 0; round < 60; ++round) {
        std::string plain;
        std::string packed;
        const std::uint64_t frames = 1 + numbers(4);
        for (std::uint64_t i = 0; i < frames; ++i) {
            const std::string part = test::sample(numbers(50'000), numbers(1000));
            plain += part;
            packed += zstd(part, static_cast<int>(1 + numbers(9)));
            if (numbers(2) == 0) packed += skippable("skip me");
        }
        const std::size_t most = numbers(2) == 0 ? 1 + numbers(9) : 1 + numbers(90'000);
        REQUIRE(unzstd_text(packed, numbers(1000), most) == plain);
    }
    CHECK(unzstd_text(skippable("x") + zstd("hello")) == "hello");
}

TEST_CASE("a zstd stream cut anywhere is refused") {
    const std::string packed = zstd(test::sample(3000, 3));
    for (std::size_t size = 0; size < packed.size(); ++size) {
        REQUIRE(unzstd_refusal(packed.substr(0, size)) == ErrorCode::content_invalid);
    }
}

TEST_CASE("a damaged zstd stream with a checksum is refused or unpacks to the same") {
    const std::string plain = test::sample(3000, 4);
    const std::string packed = with_checksum(plain);
    for (std::size_t at = 5; at < packed.size(); ++at) {
        std::string damaged = packed;
        damaged[at] = static_cast<char>(damaged[at] ^ 0x10);
        const bool refused = unzstd_refusal(damaged) != ErrorCode::internal;
        CHECK((refused || unzstd_text(damaged) == plain)); // some bits of a frame mean nothing
    }
}

TEST_CASE("bytes after the last zstd frame are refused") {
    CHECK(unzstd_refusal(zstd("hello") + "junk that is no frame") == ErrorCode::content_invalid);
    CHECK(unzstd_refusal(zstd("hello") + std::string(10, '\0')) == ErrorCode::content_invalid);
}

TEST_CASE("a zstd window of 128 MiB is taken, a larger one refused") {
    CHECK(unzstd_text(frame_with_window(27)).empty());
    CHECK(unzstd_refusal(frame_with_window(28)) == ErrorCode::limit_exceeded);
}

TEST_CASE("a zstd bomb meets the ratio limit") {
    const std::string packed = zstd(std::string(50'000'000, '\0'));
    CHECK(unzstd_refusal(packed) == ErrorCode::limit_exceeded);
    CHECK(unzstd_refusal(packed, {.output = 1'000'000}) == ErrorCode::limit_exceeded);
}

TEST_CASE("compression is recognised by its first bytes") {
    const auto detect = [](std::string_view head) { return detect_compression(as_bytes(head)); };
    CHECK(detect(test::gzip("x")) == Compression::gzip);
    CHECK(detect(zstd("x")) == Compression::zstd);
    CHECK(detect(skippable("x")) == Compression::zstd);
    CHECK(detect("plain") == Compression::none);
    CHECK(detect("\x1f") == Compression::none);
    CHECK(detect("") == Compression::none);
}

TEST_CASE("decompress picks the decoder and loses no byte") {
    const std::string plain = test::sample(100'000, 8);
    for (const std::string& packed : {test::gzip(plain), zstd(plain), plain}) {
        const auto source =
            decompress(std::make_unique<test::ChunkedSource>(packed, 1, 3), DecompressLimits{});
        CHECK(test::read_in_pieces(*source, 2, 3000) == plain);
    }
    for (const std::string& small : {std::string(), std::string("a"), std::string("abc")}) {
        const auto source = decompress(test::memory(small), {});
        CHECK(read_all(*source, 10, "it") == small);
    }
    const auto bounded = decompress(test::memory(plain), {.output = 99'999});
    CHECK(code_of([&] { drain(*bounded); }) == ErrorCode::limit_exceeded);
}

} // namespace berth::codec
