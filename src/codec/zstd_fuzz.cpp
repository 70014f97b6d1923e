// The zstd decoder: any bytes end in output or in an Error, the same however they are cut; what
// libzstd's one-shot decoder takes we take too; and what is packed here comes back.
#include "codec/decompress.hpp"
#include "codec/test_compress.hpp"
#include "codec/test_sources.hpp"

#include "base/error.hpp"

#include <cstdlib>
#include <optional>
#include <string>

namespace berth::codec {
namespace {

constexpr DecompressLimits limits{.output = 1024 * 1024};

std::optional<std::string> run(const std::string& packed, std::uint64_t seed, std::size_t most) {
    try {
        const auto source =
            unzstd(std::make_unique<test::ChunkedSource>(packed, seed, most), limits);
        return test::read_in_pieces(*source, seed + 1, 4096);
    } catch (const Error& error) {
        const bool expected =
            error.code() == ErrorCode::content_invalid || error.code() == ErrorCode::limit_exceeded;
        if (!expected) std::abort();
        return std::nullopt;
    }
}

std::optional<std::string> one_shot(const std::string& packed) {
    std::string output(limits.output, '\0');
    const std::size_t got =
        ZSTD_decompress(output.data(), output.size(), packed.data(), packed.size());
    if (ZSTD_isError(got) != 0) return std::nullopt;
    output.resize(got);
    return output;
}

void check(const std::string& packed, std::uint64_t seed) {
    const auto whole = run(packed, seed, 65536);
    if (whole != run(packed, seed, 1 + seed % 37)) std::abort();
    // The one-shot decoder has no ratio limit and takes nothing at all as nothing.
    const auto expected = one_shot(packed);
    if (whole && expected && *whole != *expected) std::abort();
    if (whole && !expected) std::abort();
    const auto back = run(test::zstd(packed), seed, 1 + seed % 37);
    if (!back || *back != packed) std::abort();
}

} // namespace
} // namespace berth::codec

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 1) return 0;
    berth::codec::check(std::string(reinterpret_cast<const char*>(data) + 1, size - 1), data[0]);
    return 0;
}
