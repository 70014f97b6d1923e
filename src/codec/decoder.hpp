// Decoder: what the decompressing Sources share: an input window, the limits, and memory of an
// error, so that a stream that failed once never looks ended.
#pragma once

#include "base/error.hpp"
#include "base/source.hpp"
#include "codec/decompress.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

namespace berth::codec {

/// The bytes of a source that a decoder has not used yet.
class InputWindow {
public:
    explicit InputWindow(std::unique_ptr<Source> inner) : inner_(std::move(inner)) {}

    /// What is at hand, reading more only when that is nothing; empty at the end of the source.
    std::span<const std::byte> bytes();
    void consume(std::size_t count) noexcept { begin_ += count; }
    /// How many bytes the source gave so far.
    std::uint64_t total() const noexcept { return total_; }

private:
    std::unique_ptr<Source> inner_;
    std::unique_ptr<std::byte[]> buffer_ = std::make_unique_for_overwrite<std::byte[]>(buffer_size);
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
    std::uint64_t total_ = 0;
};

class Decoder : public Source {
public:
    /// `format` is for messages: "gzip".
    Decoder(std::unique_ptr<Source> inner, DecompressLimits limits, const char* format)
        : input_(std::move(inner)), limits_(limits), format_(format) {}

    std::size_t read(std::span<std::byte> out) final;

protected:
    /// As Source::read, without the limits.
    virtual std::size_t decode(std::span<std::byte> out) = 0;
    [[noreturn]] void refuse(std::string_view cause) const;

    InputWindow input_;

private:
    void check_limits() const;

    DecompressLimits limits_;
    const char* format_;
    std::uint64_t output_ = 0;
    bool ended_ = false;
    std::optional<Error> failure_;
};

} // namespace berth::codec
