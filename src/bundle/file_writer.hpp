// FileWriter: a file's content put where it belongs, holes left as holes.
#pragma once

#include "codec/tar_reader.hpp"

#include <cstddef>
#include <cstdint>
#include <span>

namespace berth::bundle {

class FileWriter {
public:
    /// `file` is new and open for writing; both must outlive the writer.
    FileWriter(const codec::TarEntry& entry, int file) : entry_(entry), file_(file) {}

    /// The next stored bytes. More than the entry's regions hold is Error content_invalid.
    void write(std::span<const std::byte> bytes);
    /// After the last: gives the file its size where it ends in a hole.
    void finish();

private:
    void write_at(std::span<const std::byte> bytes, std::uint64_t offset);

    const codec::TarEntry& entry_;
    int file_;
    std::size_t region_ = 0;
    std::uint64_t position_ = 0; ///< in the file, or in the region of a sparse one
};

} // namespace berth::bundle
