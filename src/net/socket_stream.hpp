// SocketStream: a plain TCP connection; and the socket that connections come from.
#pragma once

#include "base/unique_fd.hpp"
#include "net/stream.hpp"

#include <string>

namespace berth::net {

class SocketStream final : public Stream {
public:
    /// REQUIRES: `socket` is non-blocking.
    explicit SocketStream(UniqueFd socket) : socket_(std::move(socket)) {}

    std::optional<std::size_t> read_now(std::span<std::byte> out) override;
    std::optional<std::size_t> write_now(std::span<const std::byte> bytes) override;
    std::optional<std::size_t> send_file_now(int file, std::uint64_t offset,
                                             std::size_t length) override;
    void finish() noexcept override;
    short wants() const noexcept override { return wants_; }
    int fd() const noexcept override { return socket_.get(); }

private:
    std::optional<std::size_t> outcome(long result, short direction, std::string_view what);

    UniqueFd socket_;
    short wants_ = 0;
};

/// A non-blocking listening socket. `host` is a name or address, "" for all of this machine's;
/// port 0 lets the system choose. Error usage if the host is not this machine's, conflict if the
/// port is taken.
UniqueFd listen_on(const std::string& host, std::uint16_t port);
std::uint16_t local_port(int socket);
/// "192.0.2.1" or "2001:db8::1"; empty if the peer has gone.
std::string peer_address(int socket);

} // namespace berth::net
