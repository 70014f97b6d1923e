// ArchiveMap: where in a tar archive the files lie, found by reading nothing but its headers.
#pragma once

#include <cstdint>
#include <map>
#include <string>

namespace berth::store {

/// A file's bytes in the archive.
struct ArchiveFile {
    std::uint64_t begin;
    std::uint64_t size;
};

/// Names without a leading "./". Other entries than plain files are left out, sparse ones too. Of
/// several with one name the last counts, as when unpacking.
using ArchiveMap = std::map<std::string, ArchiveFile, std::less<>>;

/// Reads the headers of the archive in the open file `file`, called `place` in messages; the
/// descriptor stays the caller's. Errors: content_invalid for what is no tar archive, for a file
/// that lies beyond the archive's end; limit_exceeded beyond 100,000 entries.
ArchiveMap map_archive(int file, const std::string& place);

} // namespace berth::store
