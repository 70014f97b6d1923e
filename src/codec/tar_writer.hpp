// TarWriter: writes PAX archives; ustar headers where they suffice.
#pragma once

#include "codec/tar_reader.hpp"

#include <functional>
#include <span>
#include <string_view>

namespace berth::codec {

class TarWriter {
public:
    using Sink = std::function<void(std::span<const std::byte>)>;
    explicit TarWriter(Sink sink) : sink_(std::move(sink)) {}

    /// Writes the header, PAX records first where the entry needs them. For files, exactly
    /// entry.size bytes must follow by write(). `regions` is not supported: Error usage.
    void add(const TarEntry& entry);
    void write(std::span<const std::byte> bytes);
    /// The end mark: two zero blocks.
    void finish();

private:
    void pad();
    Sink sink_;
    std::uint64_t remaining_ = 0;
    std::uint64_t padding_ = 0;
};

} // namespace berth::codec
