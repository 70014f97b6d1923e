// IncomingBody: a request's body, as long as its head says, cut from the connection's input.
#pragma once

#include "base/source.hpp"
#include "net/input.hpp"
#include "net/request_head.hpp"

namespace berth::net {

class IncomingBody final : public Source {
public:
    /// More than `limit` bytes is Error limit_exceeded. `stream` gets "100 Continue" at the first
    /// read, if the client waits for it.
    IncomingBody(Input& input, Stream& stream, const RequestHead& head, std::uint64_t limit,
                 DripMeter patience);

    std::size_t read(std::span<std::byte> out) override;
    bool finished() const noexcept { return finished_; }
    /// Bytes of the body read so far.
    std::uint64_t received() const noexcept { return received_; }
    /// Drops what is left if that is at most `most` bytes and comes soon; true if it did.
    bool skip_rest(std::size_t most) noexcept;

private:
    void begin();
    std::size_t read_span(std::span<std::byte> out);
    void next_chunk();
    std::string line(std::size_t limit);
    void skip_trailers();

    Input& input_;
    Stream& stream_;
    const bool chunked_;
    bool expects_continue_;
    const std::uint64_t limit_;
    const std::uint64_t stated_;
    std::uint64_t left_; ///< of the body, or of the current chunk
    std::uint64_t received_ = 0;
    bool in_chunk_ = false;
    bool finished_;
    DripMeter meter_;
};

} // namespace berth::net
