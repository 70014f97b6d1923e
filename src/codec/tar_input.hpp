// TarInput: buffered reading for the tar reader. Headers come out of the buffer, large data goes
// from the source to the caller without a stop in between.
#pragma once

#include "base/source.hpp"
#include "codec/tar_block.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

namespace berth::codec::tar {

class TarInput {
public:
    explicit TarInput(Source& source) : source_(source) {}

    /// As Source::read.
    std::size_t read(std::span<std::byte> out);
    /// False at the end of the stream; an end inside a block is content_invalid.
    bool read_block(Block& block);
    /// Exactly `size` bytes, where the caller has bounded `size`.
    std::string read_text(std::size_t size);
    void skip(std::uint64_t count);
    /// Reads the source to its end.
    void drain();

private:
    std::size_t refill();
    void read_exactly(std::span<std::byte> out);

    Source& source_;
    std::unique_ptr<std::byte[]> buffer_ = std::make_unique_for_overwrite<std::byte[]>(buffer_size);
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
};

} // namespace berth::codec::tar
