// ReadAheadSource: a stage of a pipeline.
//
// Reads its inner source on a thread of its own into a ring of buffers, so that fetching,
// inflating, hashing and writing overlap. Chains of them are Berth's only parallel streaming.
#pragma once

#include "base/source.hpp"

#include <cstddef>
#include <memory>

namespace berth::codec {

class ReadAheadSource final : public Source {
public:
    /// Memory: buffers * buffer_bytes. An error of the inner source is thrown from read() after
    /// the bytes before it. Destroying it early makes the thread stop after its current read.
    ReadAheadSource(std::unique_ptr<Source> inner, std::size_t buffers, std::size_t buffer_bytes);
    ~ReadAheadSource() override;
    std::size_t read(std::span<std::byte> out) override;

private:
    class Ring;
    std::unique_ptr<Ring> ring_;
};

} // namespace berth::codec
