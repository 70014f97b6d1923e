// extract: a plain archive unpacked into a directory, for charts and artifacts.
//
// Every path is resolved beneath the directory's handle by openat2(RESOLVE_BENEATH), never as a
// string; nothing outside can be reached whatever the archive says.
#pragma once

#include "codec/tar_reader.hpp"

#include <cstdint>
#include <functional>
#include <string>

namespace berth::tree {

struct ExtractLimits {
    std::uint64_t total_bytes = std::uint64_t{1} << 30;
    std::uint64_t entries = 100'000;
};

/// Files, directories, symlinks and hard links of `archive` appear beneath the open directory
/// `directory_fd`, owned by the caller, modes masked with 0777, set-id bits dropped. Devices and
/// FIFOs, absolute names, "..", links that lead out of the directory and names that would replace
/// something are Error content_invalid with the entry's name. `accept` may refuse an entry by
/// throwing; it may be empty.
void extract(codec::TarReader& archive, int directory_fd, const ExtractLimits& limits,
             const std::function<void(const codec::TarEntry&)>& accept);

/// Removes a directory and everything in it, without following symlinks or crossing into what is
/// not beneath it. Missing is fine.
void remove_tree(int parent_fd, const std::string& name);

} // namespace berth::tree
