// Input: the bytes of a connection that were received and not yet used.
#pragma once

#include "net/stream.hpp"

#include <string>
#include <string_view>

namespace berth::net {

/// Heads, bodies and pipelined requests are cut from one buffer. One thread at a time.
class Input {
public:
    explicit Input(Stream& stream) : stream_(stream) {}

    std::string_view kept() const { return std::string_view(bytes_).substr(start_); }
    void consume(std::size_t size);
    /// Takes in what has arrived: how many bytes, 0 at the end, nothing if nothing has.
    std::optional<std::size_t> receive_now();
    /// Waits for at least one byte; false at the end.
    bool receive(DripMeter& meter);
    /// Into `out`: from what is kept, or past the buffer straight from the stream. 0 at the end.
    std::size_t read(std::span<std::byte> out, DripMeter& meter);

private:
    Stream& stream_;
    std::string bytes_;
    std::size_t start_ = 0;
};

} // namespace berth::net
