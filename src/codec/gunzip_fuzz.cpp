// ISA-L against zlib: both give the same bytes, or both refuse. One difference is known: ISA-L
// takes incomplete Huffman codes that zlib refuses, so zlib may refuse for that reason alone.
#include "codec/decompress.hpp"
#include "codec/test_sources.hpp"

#include "base/error.hpp"

#include <cstdlib>
#include <optional>
#include <string>

namespace berth::codec {
namespace {

constexpr DecompressLimits limits{.output = 4 * 1024 * 1024};

struct Outcome {
    std::optional<std::string> output;
    std::string refusal;
};

template <class Open>
Outcome run(Open open, const std::string& packed, std::uint64_t seed, std::size_t most) {
    try {
        const auto source = open(std::make_unique<test::ChunkedSource>(packed, seed, most), limits);
        return {test::read_in_pieces(*source, seed + 1, 4096), {}};
    } catch (const Error& error) {
        const bool expected =
            error.code() == ErrorCode::content_invalid || error.code() == ErrorCode::limit_exceeded;
        if (!expected) std::abort();
        return {std::nullopt, error.message()};
    }
}

bool is_about_codes(const std::string& refusal) {
    for (const char* text :
         {"invalid code lengths set", "invalid literal/lengths set", "invalid distances set",
          "invalid distance too far back", "missing end-of-block"}) {
        if (refusal.find(text) != std::string::npos) return true;
    }
    return false;
}

/// The compressor takes what the fuzzer gives, so that valid streams are common too.
void check(const std::string& packed, std::uint64_t seed) {
    const Outcome zlib = run(gunzip_by_zlib, packed, seed, 65536);
    const Outcome isal = run(gunzip, packed, seed, 65536);
    const Outcome isal_in_pieces = run(gunzip, packed, seed, 1 + seed % 37);
    if (isal.output != isal_in_pieces.output) std::abort();
    if (isal.output == zlib.output) return;
    if (!zlib.output && is_about_codes(zlib.refusal)) return;
    std::abort();
}

} // namespace
} // namespace berth::codec

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 1) return 0;
    berth::codec::check(std::string(reinterpret_cast<const char*>(data) + 1, size - 1), data[0]);
    return 0;
}
