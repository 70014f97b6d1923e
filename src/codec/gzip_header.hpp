// GzipHeader: the header of one gzip member (RFC 1952 section 2.3), byte by byte.
//
// Needed because ISA-L's own parser fails when a header is split over two input buffers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace berth::codec {

class GzipHeader {
public:
    /// Takes header bytes from the front of `bytes` and returns how many; fewer than given means
    /// done(). Errors: content_invalid; limit_exceeded for a header of more than 1 MiB.
    std::size_t take(std::span<const std::byte> bytes);
    bool done() const noexcept { return part_ == Part::done; }

private:
    enum class Part { fixed, extra_length, extra, name, comment, checksum, done };

    void take_byte(unsigned char byte);
    void take_fixed(unsigned char byte);
    void take_checksum(unsigned char byte);
    /// The first part at or after `part` that the flags announce.
    void enter(Part part);

    Part part_ = Part::fixed;
    unsigned flags_ = 0;
    std::uint32_t position_ = 0; ///< inside the part
    std::uint32_t number_ = 0;   ///< the little-endian number being read
    std::uint32_t crc_ = 0;
    std::uint32_t taken_ = 0;
};

} // namespace berth::codec
