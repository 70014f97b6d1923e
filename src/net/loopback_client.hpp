// LoopbackClient: a raw socket to a server in tests.
#pragma once

#include "net/loopback_peer.hpp"

namespace berth::net {

/// `from`: the last byte of the address, 127.0.0.x, that it comes from.
inline int connect_to(std::uint16_t port, std::uint8_t from = 1) {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    sockaddr_in own = address;
    own.sin_port = 0;
    own.sin_addr.s_addr = htonl(INADDR_LOOPBACK - 1 + from);
    if (from != 1) ::bind(fd, reinterpret_cast<sockaddr*>(&own), sizeof own);
    const timeval patience{5, 0};
    ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    if (::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
        throw std::runtime_error("no connection to the server under test");
    return fd;
}

/// Reads heads, stated bodies and the end; gives up after 5 s.
class LoopbackClient : public PeerConnection {
public:
    explicit LoopbackClient(std::uint16_t port, std::uint8_t from = 1)
        : PeerConnection(connect_to(port, from)) {}

    /// Head and body of one response with Content-Length.
    std::string exchange(std::string_view request) {
        write(request);
        return read_response();
    }
    std::string read_response() {
        const std::string head = read_head();
        const std::size_t at = head.find("Content-Length: ");
        if (at == std::string::npos) return head;
        return head + read_exactly(std::stoul(head.substr(at + 16)));
    }
    /// Everything until the server closes.
    std::string read_to_end() { return read_exactly(std::size_t{1} << 40); }
};

} // namespace berth::net
