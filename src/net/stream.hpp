// Stream: a server's end of one connection, plain or TLS, and waiting on it within bounds.
#pragma once

#include "net/drip_meter.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace berth::net {

/// Non-blocking. "Nothing" (nullopt) means that wants() has to be polled for first. Failures are
/// Error unreachable: the peer has gone or breaks the protocol. One thread at a time.
class Stream {
public:
    virtual ~Stream() = default;

    /// What has arrived: 1 to out.size() bytes, 0 at the end, nothing if nothing has.
    virtual std::optional<std::size_t> read_now(std::span<std::byte> out) = 0;
    /// As much as the peer takes now. REQUIRES: bytes is not empty.
    virtual std::optional<std::size_t> write_now(std::span<const std::byte> bytes) = 0;
    /// The same for bytes of an open file from `offset`. A file that ends early is Error corrupt.
    virtual std::optional<std::size_t> send_file_now(int file, std::uint64_t offset,
                                                     std::size_t length) = 0;
    /// Whether bytes have been taken from the socket that read_now() has not given yet: polling the
    /// socket would not tell of them.
    virtual bool holds_more() const noexcept { return false; }
    /// Tells the peer that nothing more comes. Reading goes on.
    virtual void finish() noexcept = 0;
    /// POLLIN or POLLOUT: what the last call that gave nothing waits for.
    virtual short wants() const noexcept = 0;
    virtual int fd() const noexcept = 0;
};

/// read_now(), waiting; a peer that drips is Error timeout, as `meter` says.
std::size_t read_some(Stream& stream, std::span<std::byte> out, DripMeter& meter);
void write_all(Stream& stream, std::span<const std::byte> bytes, DripMeter& meter);
void send_file(Stream& stream, int file, std::uint64_t offset, std::uint64_t length,
               DripMeter& meter);

} // namespace berth::net
