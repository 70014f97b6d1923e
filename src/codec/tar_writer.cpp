#include "codec/tar_writer.hpp"

#include "base/error.hpp"
#include "base/source.hpp"
#include "base/text.hpp"
#include "codec/tar_block.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

namespace berth::codec {
namespace {

using tar::Block;
using tar::block_bytes;
using tar::Field;
using tar::padding_of;

constexpr std::array<char, block_bytes> zeros{};

[[noreturn]] void misuse(const TarEntry& entry, std::string_view cause) {
    throw Error(ErrorCode::usage,
                fmt::format("cannot write tar entry {}: {}", berth::quoted(entry.path), cause));
}

std::span<const std::byte> bytes_of(const Block& block) {
    return std::as_bytes(std::span(block));
}

char flag_of(TarType type) {
    constexpr std::string_view flags = "0123456"; // in the order of TarType
    return flags[static_cast<std::size_t>(type)];
}

void put(Block& block, Field field, std::string_view text) {
    std::copy_n(text.begin(), std::min(text.size(), field.length), block.begin() + field.offset);
}

constexpr std::uint64_t largest_octal(Field field) noexcept {
    return (std::uint64_t{1} << (3 * (field.length - 1))) - 1;
}

void put_octal(Block& block, Field field, std::uint64_t value) {
    put(block, field, fmt::format("{:0{}o}", value, field.length - 1));
}

/// Devices have no PAX record, so that large numbers take GNU's base-256 form.
void put_device(Block& block, Field field, std::uint32_t value) {
    if (value <= largest_octal(field)) return put_octal(block, field, value);
    for (std::size_t i = 0; i < sizeof value; ++i) {
        block[field.offset + field.length - 1 - i] = static_cast<char>(value >> (8 * i));
    }
    block[field.offset] = static_cast<char>(0x80);
}

/// "length key=value\n", where the length counts its own digits.
void append_record(std::string& records, std::string_view key, std::string_view value) {
    const std::size_t rest = key.size() + value.size() + 3;
    std::size_t length = rest + fmt::formatted_size("{}", rest);
    length = rest + fmt::formatted_size("{}", length);
    records += fmt::format("{} {}=", length, key);
    records.append(value).push_back('\n');
}

std::string pax_time(TarTime time) {
    if (time.nanoseconds == 0) return fmt::format("{}", time.seconds);
    std::int64_t seconds = time.seconds;
    std::int32_t nanoseconds = time.nanoseconds;
    const bool negative = seconds < 0;
    if (negative) {
        seconds = -(seconds + 1);
        nanoseconds = 1'000'000'000 - nanoseconds;
    }
    std::string text = fmt::format("{}{}.{:09}", negative ? "-" : "", seconds, nanoseconds);
    text.erase(text.find_last_not_of('0') + 1);
    return text;
}

/// Where ustar may split a path: the directory goes to the prefix field.
std::optional<std::size_t> split_point(std::string_view path) {
    if (path.size() > tar::prefix_field.length + 1 + tar::name_field.length) return std::nullopt;
    const std::size_t first = path.size() - tar::name_field.length - 1;
    const std::size_t slash = path.find('/', first);
    const bool fits = slash != path.npos && slash > 0 && slash <= tar::prefix_field.length &&
                      slash + 1 < path.size();
    return fits ? std::optional(slash) : std::nullopt;
}

void check(const TarEntry& entry) {
    const auto has_nul = [](const std::string& text) { return text.find('\0') != text.npos; };
    if (entry.regions) misuse(entry, "sparse files are not supported");
    if (entry.type != TarType::file && entry.size != 0) misuse(entry, "only files have a size");
    if (entry.size > tar::largest_size) misuse(entry, "its size is out of range");
    if (entry.uid > tar::largest_id || entry.gid > tar::largest_id) {
        misuse(entry, "its owner is out of range");
    }
    if (entry.modified.nanoseconds < 0 || entry.modified.nanoseconds >= 1'000'000'000) {
        misuse(entry, "its time has no valid nanoseconds");
    }
    if (has_nul(entry.path) || has_nul(entry.link_target) || has_nul(entry.user_name) ||
        has_nul(entry.group_name)) {
        misuse(entry, "a name contains a NUL");
    }
    for (const auto& [name, value] : entry.xattrs) {
        if (has_nul(name) || name.find('=') != name.npos) {
            misuse(entry, "the name of an extended attribute contains a NUL or '='");
        }
    }
}

/// Fills the block and appends PAX records for what does not fit into it.
class HeaderPair {
public:
    explicit HeaderPair(const TarEntry& entry) {
        put(block_, tar::magic_field,
            std::string_view("ustar\0"
                             "00",
                             8));
        block_[tar::type_offset] = flag_of(entry.type);
        put_octal(block_, tar::mode_field, entry.mode & 07777);
        put_path(entry.path);
        text(tar::link_field, "linkpath", entry.link_target, tar::link_field.length);
        // These two must end with a NUL.
        text(tar::user_field, "uname", entry.user_name, tar::user_field.length - 1);
        text(tar::group_field, "gname", entry.group_name, tar::group_field.length - 1);
        number(tar::uid_field, "uid", entry.uid);
        number(tar::gid_field, "gid", entry.gid);
        number(tar::size_field, "size", entry.size);
        put_time(entry.modified);
        put_device(block_, tar::major_field, entry.device_major);
        put_device(block_, tar::minor_field, entry.device_minor);
        for (const auto& [name, value] : entry.xattrs) {
            append_record(records_, "SCHILY.xattr." + name, value);
        }
        seal(block_);
    }

    const Block& block() const noexcept { return block_; }
    const std::string& records() const noexcept { return records_; }

    static void seal(Block& block) {
        put(block, tar::checksum_field, fmt::format("{:06o}{} ", tar::checksum_of(block), '\0'));
    }

private:
    void text(Field field, std::string_view key, std::string_view value, std::size_t most) {
        if (value.size() > most) {
            append_record(records_, key, value);
            value = value.substr(0, most);
        }
        put(block_, field, value);
    }

    void put_path(std::string_view path) {
        if (path.size() > tar::name_field.length) {
            if (const auto slash = split_point(path)) {
                put(block_, tar::prefix_field, path.substr(0, *slash));
                put(block_, tar::name_field, path.substr(*slash + 1));
                return;
            }
        }
        text(tar::name_field, "path", path, tar::name_field.length);
    }

    void number(Field field, std::string_view key, std::uint64_t value) {
        const bool fits = value <= largest_octal(field);
        if (!fits) append_record(records_, key, fmt::format("{}", value));
        put_octal(block_, field, fits ? value : 0);
    }

    void put_time(TarTime time) {
        const bool whole = time.seconds >= 0 && static_cast<std::uint64_t>(time.seconds) <=
                                                    largest_octal(tar::time_field);
        if (!whole || time.nanoseconds != 0) append_record(records_, "mtime", pax_time(time));
        put_octal(block_, tar::time_field, whole ? static_cast<std::uint64_t>(time.seconds) : 0);
    }

    Block block_{};
    std::string records_;
};

Block pax_block(std::size_t size) {
    Block block{};
    put(block, tar::name_field, "././@PaxHeader");
    put(block, tar::magic_field,
        std::string_view("ustar\0"
                         "00",
                         8));
    block[tar::type_offset] = 'x';
    put_octal(block, tar::mode_field, 0644);
    for (const Field field : {tar::uid_field, tar::gid_field, tar::time_field}) {
        put_octal(block, field, 0);
    }
    put_octal(block, tar::size_field, size);
    HeaderPair::seal(block);
    return block;
}

} // namespace

void TarWriter::add(const TarEntry& entry) {
    if (remaining_ > 0) misuse(entry, fmt::format("the entry before lacks {} bytes", remaining_));
    check(entry);
    const HeaderPair header(entry);
    if (const std::string& records = header.records(); !records.empty()) {
        sink_(bytes_of(pax_block(records.size())));
        sink_(as_bytes(records));
        padding_ = padding_of(records.size());
        pad();
    }
    sink_(bytes_of(header.block()));
    remaining_ = entry.size;
    padding_ = padding_of(entry.size);
    if (remaining_ == 0) pad();
}

void TarWriter::write(std::span<const std::byte> bytes) {
    if (bytes.empty()) return;
    if (bytes.size() > remaining_) {
        throw Error(ErrorCode::usage, "more bytes than the tar entry announced");
    }
    sink_(bytes);
    remaining_ -= bytes.size();
    if (remaining_ == 0) pad();
}

void TarWriter::finish() {
    if (remaining_ > 0) {
        throw Error(ErrorCode::usage, fmt::format("the last tar entry lacks {} bytes", remaining_));
    }
    sink_(bytes_of(zeros));
    sink_(bytes_of(zeros));
}

void TarWriter::pad() {
    if (padding_ > 0) sink_(bytes_of(zeros).first(static_cast<std::size_t>(padding_)));
    padding_ = 0;
}

} // namespace berth::codec
