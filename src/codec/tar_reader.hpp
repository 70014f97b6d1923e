// TarReader: a strict pull reader of tar archives (ustar, PAX of POSIX.1-2001, GNU).
//
// Handles PAX records (path, linkpath, size, uid, gid, uname, gname, mtime with nanoseconds,
// SCHILY.xattr.*, GNU.sparse 0.0, 0.1 and 1.0), global PAX headers, GNU long names and links, GNU
// old sparse, base-256 numbers. Names are given as they are in the archive: judging a path is the
// unpacker's business. Every number is bounded before it is used.
#pragma once

#include "base/source.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace berth::codec {

struct TarLimits {
    std::uint64_t entries = 4'000'000;
    std::size_t name_bytes = 4096;        ///< path and link target each
    std::size_t pax_bytes = 1024 * 1024;  ///< one extended header
    std::size_t sparse_regions = 100'000; ///< of one file
};

enum class TarType { file, hard_link, symlink, character_device, block_device, directory, fifo };

struct TarTime {
    std::int64_t seconds = 0;
    std::int32_t nanoseconds = 0;
};

/// A run of data in a sparse file.
struct TarRegion {
    std::uint64_t offset;
    std::uint64_t length;
};

struct TarEntry {
    std::string path;
    TarType type = TarType::file;
    std::string link_target;
    std::uint64_t size = 0; ///< of the file as it will be on disk (sparse: with its holes)
    std::uint32_t mode = 0; ///< 07777
    std::uint32_t uid = 0;
    std::uint32_t gid = 0;
    std::string user_name;
    std::string group_name;
    TarTime modified;
    std::uint32_t device_major = 0;
    std::uint32_t device_minor = 0;
    std::map<std::string, std::string> xattrs; ///< values may hold any byte
    /// Present for sparse files: where the bytes that read() gives belong, in order.
    std::optional<std::vector<TarRegion>> regions;
};

class TarReader {
public:
    /// Reads from `source`, which must outlive the reader.
    explicit TarReader(Source& source, TarLimits limits = {});
    ~TarReader();

    /// The next entry, after skipping what is left of the last one; nothing at the end mark or
    /// at a clean end of the stream. Errors: content_invalid, limit_exceeded, with the entry's
    /// number and name. The reference is good until the next call.
    const TarEntry* next();
    /// Stored data of the current entry, 0 at its end. A stream that ends inside is an Error.
    std::size_t read(std::span<std::byte> out);
    /// After next() returned nothing: reads the rest of the stream to its end, so that a digest
    /// over the whole stream is complete.
    void drain();

private:
    class Parser;
    std::unique_ptr<Parser> parser_;
};

} // namespace berth::codec
