#include "net/socket_stream.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/sendfile.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <memory>

namespace berth::net {
namespace {

constexpr int backlog = 4096;

struct FreeAddresses {
    void operator()(addrinfo* list) const noexcept { ::freeaddrinfo(list); }
};

std::unique_ptr<addrinfo, FreeAddresses> addresses_of(const std::string& host, std::uint16_t port) {
    addrinfo wanted{};
    wanted.ai_socktype = SOCK_STREAM;
    wanted.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
    addrinfo* found = nullptr;
    const int failed = ::getaddrinfo(host.empty() ? nullptr : host.c_str(),
                                     std::to_string(port).c_str(), &wanted, &found);
    if (failed != 0)
        throw Error(ErrorCode::usage, fmt::format("cannot listen on {}: {}", berth::quoted(host),
                                                  ::gai_strerror(failed)));
    return std::unique_ptr<addrinfo, FreeAddresses>(found);
}

UniqueFd try_listen(const addrinfo& address) {
    UniqueFd socket(
        ::socket(address.ai_family, address.ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!socket) return {};
    const int on = 1;
    const int off = 0;
    ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (address.ai_family == AF_INET6)
        ::setsockopt(socket.get(), IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
    if (::bind(socket.get(), address.ai_addr, address.ai_addrlen) != 0) return {};
    if (::listen(socket.get(), backlog) != 0) return {};
    return socket;
}

template <class Address>
std::string printed(int family, const Address& address) {
    char text[INET6_ADDRSTRLEN] = "";
    ::inet_ntop(family, &address, text, sizeof text);
    return text;
}

} // namespace

std::optional<std::size_t> SocketStream::outcome(long result, short direction,
                                                 std::string_view what) {
    if (result >= 0) return static_cast<std::size_t>(result);
    if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR) {
        wants_ = direction;
        return std::nullopt;
    }
    throw Error(ErrorCode::unreachable,
                fmt::format("{} the client failed: {}", what, std::strerror(errno)));
}

std::optional<std::size_t> SocketStream::read_now(std::span<std::byte> out) {
    return outcome(::recv(socket_.get(), out.data(), out.size(), 0), POLLIN, "reading from");
}

std::optional<std::size_t> SocketStream::write_now(std::span<const std::byte> bytes) {
    return outcome(::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL), POLLOUT,
                   "writing to");
}

std::optional<std::size_t> SocketStream::send_file_now(int file, std::uint64_t offset,
                                                       std::size_t length) {
    auto position = static_cast<off_t>(offset);
    const ssize_t sent = ::sendfile(socket_.get(), file, &position, length);
    if (sent == 0) throw Error(ErrorCode::corrupt, "a stored file is shorter than recorded");
    if (sent < 0 && errno == EIO) throw system_error("reading a stored file", errno); // no socket's
    return outcome(sent, POLLOUT, "writing to");
}

void SocketStream::finish() noexcept {
    ::shutdown(socket_.get(), SHUT_WR);
}

UniqueFd listen_on(const std::string& host, std::uint16_t port) {
    const auto addresses = addresses_of(host, port);
    int cause = 0;
    // IPv6 first: for "" that one socket takes IPv4 as well.
    for (const int family : {AF_INET6, AF_INET}) {
        for (const addrinfo* at = addresses.get(); at != nullptr; at = at->ai_next) {
            if (at->ai_family != family) continue;
            if (UniqueFd socket = try_listen(*at)) return socket;
            cause = errno;
        }
    }
    const ErrorCode code = cause == EADDRINUSE ? ErrorCode::conflict : ErrorCode::usage;
    throw Error(code, fmt::format("cannot listen on {} port {}: {}",
                                  host.empty() ? "any address" : host, port, std::strerror(cause)));
}

std::uint16_t local_port(int socket) {
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    if (::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) != 0)
        throw system_error("asking for the port that was chosen", errno);
    const in_port_t port = address.ss_family == AF_INET6
                               ? reinterpret_cast<const sockaddr_in6&>(address).sin6_port
                               : reinterpret_cast<const sockaddr_in&>(address).sin_port;
    return ntohs(port);
}

std::string peer_address(int socket) {
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    if (::getpeername(socket, reinterpret_cast<sockaddr*>(&address), &size) != 0) return {};
    if (address.ss_family != AF_INET6)
        return printed(AF_INET, reinterpret_cast<const sockaddr_in&>(address).sin_addr);
    const in6_addr& v6 = reinterpret_cast<const sockaddr_in6&>(address).sin6_addr;
    if (!IN6_IS_ADDR_V4MAPPED(&v6)) return printed(AF_INET6, v6);
    in_addr v4{};
    std::memcpy(&v4, v6.s6_addr + 12, sizeof v4);
    return printed(AF_INET, v4);
}

} // namespace berth::net
