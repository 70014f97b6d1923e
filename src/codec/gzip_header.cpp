#include "codec/gzip_header.hpp"

#include "base/error.hpp"

#include <isa-l/crc.h>

namespace berth::codec {
namespace {

constexpr std::uint32_t longest_header = 1024 * 1024;
constexpr std::uint32_t fixed_bytes = 10;

constexpr unsigned flag_checksum = 0x02;
constexpr unsigned flag_extra = 0x04;
constexpr unsigned flag_name = 0x08;
constexpr unsigned flag_comment = 0x10;
constexpr unsigned flags_reserved = 0xe0;

[[noreturn]] void refuse(const char* cause) {
    throw Error(ErrorCode::content_invalid, cause);
}

} // namespace

std::size_t GzipHeader::take(std::span<const std::byte> bytes) {
    std::size_t used = 0;
    while (used < bytes.size() && !done()) {
        if (++taken_ > longest_header) {
            throw Error(ErrorCode::limit_exceeded, "gzip header is longer than 1 MiB");
        }
        take_byte(static_cast<unsigned char>(bytes[used++]));
    }
    return used;
}

void GzipHeader::take_byte(unsigned char byte) {
    if (part_ == Part::checksum) return take_checksum(byte);
    crc_ = crc32_gzip_refl(crc_, &byte, 1);
    switch (part_) {
        case Part::fixed:
            return take_fixed(byte);
        case Part::extra_length:
            number_ |= static_cast<std::uint32_t>(byte) << (8 * position_);
            if (++position_ < 2) return;
            return number_ == 0 ? enter(Part::name) : enter(Part::extra);
        case Part::extra:
            if (++position_ == number_) enter(Part::name);
            return;
        case Part::name:
            if (byte == 0) enter(Part::comment);
            return;
        case Part::comment:
            if (byte == 0) enter(Part::checksum);
            return;
        case Part::checksum:
        case Part::done:
            return;
    }
}

void GzipHeader::take_fixed(unsigned char byte) {
    switch (position_) {
        case 0:
            if (byte != 0x1f) refuse("gzip stream: a member does not start with the gzip magic");
            break;
        case 1:
            if (byte != 0x8b) refuse("gzip stream: a member does not start with the gzip magic");
            break;
        case 2:
            if (byte != 8) refuse("gzip stream: the compression method is not deflate");
            break;
        case 3:
            if ((byte & flags_reserved) != 0) refuse("gzip stream: reserved header flags are set");
            flags_ = byte;
            break;
        default:
            break; // time, extra flags and operating system do not matter
    }
    if (++position_ == fixed_bytes) enter(Part::extra_length);
}

void GzipHeader::take_checksum(unsigned char byte) {
    number_ |= static_cast<std::uint32_t>(byte) << (8 * position_);
    if (++position_ < 2) return;
    if (number_ != (crc_ & 0xffff)) refuse("gzip stream: the header's checksum is wrong");
    part_ = Part::done;
}

void GzipHeader::enter(Part part) {
    position_ = 0;
    if (part != Part::extra) number_ = 0;
    if (part == Part::extra_length && (flags_ & flag_extra) == 0) part = Part::name;
    if (part == Part::name && (flags_ & flag_name) == 0) part = Part::comment;
    if (part == Part::comment && (flags_ & flag_comment) == 0) part = Part::checksum;
    if (part == Part::checksum && (flags_ & flag_checksum) == 0) part = Part::done;
    part_ = part;
}

} // namespace berth::codec
