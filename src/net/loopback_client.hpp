// LoopbackClient: a raw socket to a server in tests.
#pragma once

#include "net/loopback_peer.hpp"

namespace berth::net {

inline int connect_to(std::uint16_t port) {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const timeval patience{5, 0};
    ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    if (::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
        throw std::runtime_error("no connection to the server under test");
    return fd;
}

/// Reads heads, stated bodies and the end; gives up after 5 s.
class LoopbackClient : public PeerConnection {
public:
    explicit LoopbackClient(std::uint16_t port) : PeerConnection(connect_to(port)) {}

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
