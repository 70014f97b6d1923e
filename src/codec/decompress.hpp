// Decoders for compressed layers, as Sources.
#pragma once

#include "base/source.hpp"

#include <cstdint>
#include <memory>
#include <span>

namespace berth::codec {

enum class Compression { none, gzip, zstd };

/// By magic bytes (RFC 1952, RFC 8878); everything else is `none`.
Compression detect_compression(std::span<const std::byte> head) noexcept;

/// Bounds against decompression bombs.
struct DecompressLimits {
    std::uint64_t output = std::uint64_t{1} << 40; ///< bytes
    /// Output may be at most ratio * input + 1 MiB. gzip cannot pass 1032.
    std::uint64_t ratio = 2048;
};

/// RFC 1952 by ISA-L: several members, own header parser; CRC and length of each checked; trailing
/// zero padding allowed, other trailing bytes refused. Errors: content_invalid, limit_exceeded.
std::unique_ptr<Source> gunzip(std::unique_ptr<Source> inner, DecompressLimits limits);
/// The same by zlib: the oracle for tests and fuzzing.
std::unique_ptr<Source> gunzip_by_zlib(std::unique_ptr<Source> inner, DecompressLimits limits);
/// RFC 8878: several frames, skippable frames; window of at most 128 MiB.
std::unique_ptr<Source> unzstd(std::unique_ptr<Source> inner, DecompressLimits limits);

/// Looks at the first bytes and wraps `inner` in the right decoder, or in none.
std::unique_ptr<Source> decompress(std::unique_ptr<Source> inner, DecompressLimits limits);

} // namespace berth::codec
