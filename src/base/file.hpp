// Small files, whole: read, replace durably, make directories.
#pragma once

#include "base/source.hpp"
#include "base/unique_fd.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>

namespace berth {

/// open(2) with O_CLOEXEC; a failure is Error with the path and the system's reason.
UniqueFd open_file(const std::filesystem::path& path, int flags, unsigned mode = 0600);

/// The whole file. More than `limit` bytes is Error limit_exceeded. A missing file is not_found.
std::string read_file(const std::filesystem::path& path, std::uint64_t limit);

/// Writes all of `bytes` to `fd`; short writes and EINTR are continued.
void write_all(int fd, std::span<const std::byte> bytes, std::string_view what);

/// Writes everything that `source` gives to `fd`. `moved` is told each number of bytes before they
/// are written; what it throws ends the copy.
void write_source(int fd, Source& source, std::string_view what,
                  const std::function<void(std::size_t)>& moved);

/// Puts `content` where `path` is, atomically and durably: temporary file in the same directory,
/// fsync, rename, fsync of the directory. Readers see the old or the new file, never a mixture.
void replace_file(const std::filesystem::path& path, std::string_view content, unsigned mode);

/// fsync of a directory, so that renames and creations in it survive a power cut.
void sync_directory(const std::filesystem::path& path);

/// A name that does not exist yet with high probability: 16 hex digits from getrandom(2).
std::string random_hex_16();

} // namespace berth
