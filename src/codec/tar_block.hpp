// The 512-byte header block of a tar archive (POSIX.1-1988 ustar, and what GNU tar, star and the
// seventh edition make of it): where fields are and what their bytes mean.
#pragma once

#include "codec/tar_reader.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace berth::codec::tar {

inline constexpr std::size_t block_bytes = 512;

/// What follows `size` bytes of content up to the next block.
constexpr std::uint64_t padding_of(std::uint64_t size) noexcept {
    return (block_bytes - size % block_bytes) % block_bytes;
}

using Block = std::array<char, block_bytes>;

struct Field {
    std::size_t offset;
    std::size_t length;
    const char* name;
};

inline constexpr Field name_field{0, 100, "name"};
inline constexpr Field mode_field{100, 8, "mode"};
inline constexpr Field uid_field{108, 8, "uid"};
inline constexpr Field gid_field{116, 8, "gid"};
inline constexpr Field size_field{124, 12, "size"};
inline constexpr Field time_field{136, 12, "mtime"};
inline constexpr Field checksum_field{148, 8, "checksum"};
inline constexpr std::size_t type_offset = 156;
inline constexpr Field link_field{157, 100, "linkname"};
inline constexpr Field magic_field{257, 8, "magic"};
inline constexpr Field user_field{265, 32, "uname"};
inline constexpr Field group_field{297, 32, "gname"};
inline constexpr Field major_field{329, 8, "devmajor"};
inline constexpr Field minor_field{337, 8, "devminor"};
inline constexpr Field prefix_field{345, 155, "prefix"};

/// Who wrote the block, by its magic: decides which fields exist.
enum class Dialect { v7, ustar, star, gnu };
Dialect dialect_of(const Block& block) noexcept;

bool is_zero(const Block& block) noexcept;
/// The sum of all bytes with the checksum field as blanks; old writers summed signed bytes.
bool checksum_matches(const Block& block);
std::uint32_t checksum_of(const Block& block) noexcept;

/// Up to the first NUL.
std::string_view text(const Block& block, Field field) noexcept;
/// Octal between blanks and NULs, or base-256 (GNU); an empty field is 0. Error content_invalid.
std::int64_t number(const Block& block, Field field);
/// As number(), where the value must be from 0 to `max`.
std::uint64_t number(const Block& block, Field field, std::uint64_t max);

/// The largest user or group id: the one above means "unchanged" to chown(2).
inline constexpr std::uint64_t largest_id = 0xfffffffe;
/// The largest size, so that padded sums stay in range.
inline constexpr std::uint64_t largest_size = std::uint64_t{1} << 62;

/// Seconds before and after 1970 that a time may state: more than any file system keeps, and sums
/// with it stay in range.
inline constexpr std::int64_t largest_time = std::int64_t{1} << 53;

/// Everything that the block says about an entry except its type and what follows it.
void read_attributes(const Block& block, TarEntry& entry);

} // namespace berth::codec::tar
