// Source: bytes that are pulled.
//
// Every transfer in Berth is a chain of Sources: a file or an HTTP body at the bottom, decoders
// and checks wrapped around it. An adaptor owns the source it wraps.
#pragma once

#include "base/unique_fd.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace berth {

/// One transfer's buffer.
inline constexpr std::size_t buffer_size = 64 * 1024;

class Source {
public:
    virtual ~Source() = default;

    /// Fills the front of `out` and returns how many bytes: 1 to out.size(), or 0 at the end.
    /// After 0, every further call returns 0. Throws Error. REQUIRES: out is not empty.
    /// One thread at a time.
    virtual std::size_t read(std::span<std::byte> out) = 0;
};

/// Reads a copy of a string held in memory.
class MemorySource final : public Source {
public:
    explicit MemorySource(std::string bytes) : bytes_(std::move(bytes)) {}
    std::size_t read(std::span<std::byte> out) override;

private:
    std::string bytes_;
    std::size_t position_ = 0;
};

/// Reads `length` bytes of an open file from `offset`, with pread: the descriptor's own position
/// is not touched. A file that ends early is Error corrupt.
class FileSource final : public Source {
public:
    FileSource(UniqueFd file, std::uint64_t offset, std::uint64_t length);
    std::size_t read(std::span<std::byte> out) override;

private:
    UniqueFd file_;
    std::uint64_t position_;
    std::uint64_t end_;
};

/// Reads to the end into a string. More than `limit` bytes is Error limit_exceeded naming `what`.
std::string read_all(Source& source, std::uint64_t limit, std::string_view what);

/// Reads and drops everything to the end; returns how many bytes that was.
std::uint64_t drain(Source& source);

/// Fills `out` unless the source ends before; returns how many bytes.
std::size_t read_full(Source& source, std::span<std::byte> out);

inline std::span<const std::byte> as_bytes(std::string_view text) {
    return std::as_bytes(std::span(text.data(), text.size()));
}
inline std::string_view as_text(std::span<const std::byte> bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

} // namespace berth
