#include "codec/tar_block.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace berth::codec::tar {
namespace {

std::string_view bytes(const Block& block, Field field) noexcept {
    return {block.data() + field.offset, field.length};
}

[[noreturn]] void refuse(const Block& block, Field field, std::string_view cause) {
    throw Error(ErrorCode::content_invalid, fmt::format("the header's {} field {} {}", field.name,
                                                        berth::quoted(bytes(block, field)), cause));
}

std::int64_t octal(const Block& block, Field field) {
    std::string_view digits = bytes(block, field);
    const auto is_blank = [](char c) { return c == ' ' || c == '\0'; };
    while (!digits.empty() && is_blank(digits.front())) digits.remove_prefix(1);
    while (!digits.empty() && is_blank(digits.back())) digits.remove_suffix(1);
    std::int64_t value = 0; // at most 12 digits of 3 bits
    for (const char digit : digits) {
        if (digit < '0' || digit > '7') refuse(block, field, "is not an octal number");
        value = value * 8 + (digit - '0');
    }
    return value;
}

/// Two's complement, big-endian; the top bit of the first byte is the mark of this form.
std::int64_t base_256(const Block& block, Field field) {
    const std::string_view digits = bytes(block, field);
    const auto first = static_cast<unsigned char>(digits.front());
    const bool negative = (first & 0x40) != 0;
    std::int64_t value = negative ? -1 : 0;
    const std::int64_t head = first & 0x3f;
    value = value * 64 + head;
    for (const char digit : digits.substr(1)) {
        constexpr std::int64_t high = std::numeric_limits<std::int64_t>::max() / 256;
        if (value > high || value < -high - 1) refuse(block, field, "is out of range");
        value = value * 256 + static_cast<unsigned char>(digit);
    }
    return value;
}

} // namespace

Dialect dialect_of(const Block& block) noexcept {
    const std::string_view magic = bytes(block, magic_field);
    if (magic == std::string_view("ustar  \0", 8)) return Dialect::gnu;
    if (magic.substr(0, 6) != std::string_view("ustar\0", 6)) return Dialect::v7;
    const std::string_view tail(block.data() + 508, 4);
    return tail == std::string_view("tar\0", 4) ? Dialect::star : Dialect::ustar;
}

bool is_zero(const Block& block) noexcept {
    return std::all_of(block.begin(), block.end(), [](char c) { return c == 0; });
}

std::uint32_t checksum_of(const Block& block) noexcept {
    std::uint32_t sum = 0;
    for (const char c : block) sum += static_cast<unsigned char>(c);
    for (const char c : bytes(block, checksum_field)) sum -= static_cast<unsigned char>(c);
    return sum + checksum_field.length * ' ';
}

bool checksum_matches(const Block& block) {
    const std::int64_t stated = number(block, checksum_field);
    if (stated == checksum_of(block)) return true;
    std::int64_t sum = checksum_field.length * ' ';
    for (const char c : block) sum += static_cast<signed char>(c);
    for (const char c : bytes(block, checksum_field)) sum -= static_cast<signed char>(c);
    return stated == sum;
}

std::string_view text(const Block& block, Field field) noexcept {
    const std::string_view whole = bytes(block, field);
    return whole.substr(0, whole.find('\0'));
}

std::int64_t number(const Block& block, Field field) {
    const bool binary = (static_cast<unsigned char>(block[field.offset]) & 0x80) != 0;
    return binary ? base_256(block, field) : octal(block, field);
}

std::uint64_t number(const Block& block, Field field, std::uint64_t max) {
    const std::int64_t value = number(block, field);
    if (value < 0 || static_cast<std::uint64_t>(value) > max) {
        refuse(block, field, "is out of range");
    }
    return static_cast<std::uint64_t>(value);
}

void read_attributes(const Block& block, TarEntry& entry) {
    constexpr std::uint64_t largest_device = std::numeric_limits<std::uint32_t>::max();
    const Dialect dialect = dialect_of(block);
    entry.path.clear();
    if (dialect == Dialect::ustar || dialect == Dialect::star) {
        Field prefix = prefix_field;
        if (dialect == Dialect::star) prefix.length = 131; // two times follow it
        if (const auto directory = text(block, prefix); !directory.empty()) {
            entry.path.append(directory).push_back('/');
        }
    }
    entry.path.append(text(block, name_field));
    entry.link_target.assign(text(block, link_field));
    entry.mode = static_cast<std::uint32_t>(number(block, mode_field)) & 07777;
    entry.uid = static_cast<std::uint32_t>(number(block, uid_field, largest_id));
    entry.gid = static_cast<std::uint32_t>(number(block, gid_field, largest_id));
    entry.size = number(block, size_field, largest_size);
    entry.modified = {number(block, time_field), 0};
    if (entry.modified.seconds > largest_time || entry.modified.seconds < -largest_time) {
        refuse(block, time_field, "is out of range");
    }
    const bool is_device = block[type_offset] == '3' || block[type_offset] == '4';
    entry.device_major = entry.device_minor = 0;
    if (is_device) {
        entry.device_major = static_cast<std::uint32_t>(number(block, major_field, largest_device));
        entry.device_minor = static_cast<std::uint32_t>(number(block, minor_field, largest_device));
    }
    if (dialect == Dialect::v7) {
        entry.user_name.clear();
        entry.group_name.clear();
        return;
    }
    entry.user_name.assign(text(block, user_field));
    entry.group_name.assign(text(block, group_field));
}

} // namespace berth::codec::tar
