#include "connection.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <utility>

namespace load {

namespace {

std::runtime_error failed(std::string_view what) {
    return std::runtime_error(fmt::format("{}: {}", what, std::strerror(errno)));
}

/// The value of a field, "" if it is not there.
std::string field(std::string_view head, std::string_view name) {
    const auto same = [](char a, char b) {
        return std::tolower(static_cast<unsigned char>(a)) ==
               std::tolower(static_cast<unsigned char>(b));
    };
    for (std::size_t at = head.find("\r\n"); at != std::string_view::npos;
         at = head.find("\r\n", at + 2)) {
        const auto line = head.substr(at + 2, head.find("\r\n", at + 2) - at - 2);
        if (line.size() <= name.size() || line[name.size()] != ':' ||
            !std::equal(name.begin(), name.end(), line.begin(), same))
            continue;
        const auto value = line.substr(name.size() + 1);
        return std::string(value.substr(std::min(value.find_first_not_of(' '), value.size())));
    }
    return {};
}

/// Without scheme and host.
std::string path_of(std::string location) {
    const auto scheme = location.find("://");
    if (scheme == std::string::npos) return location;
    return location.substr(std::min(location.find('/', scheme + 3), location.size()));
}

} // namespace

Server Server::parse(std::string_view address, std::string authorization) {
    const auto colon = address.rfind(':');
    if (colon == std::string_view::npos) throw std::runtime_error("HOST:PORT is due");
    return {std::string(address.substr(0, colon)),
            static_cast<std::uint16_t>(std::stoul(std::string(address.substr(colon + 1)))),
            std::move(authorization)};
}

Connection::Connection(const Server& server)
    : server_(server), socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(server.port);
    if (::inet_pton(AF_INET, server.host.c_str(), &address.sin_addr) != 1)
        throw std::runtime_error("the host is not an IPv4 address");
    const timeval patience{120, 0};
    const int on = 1;
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
        throw failed("connecting");
}

Connection::~Connection() {
    if (socket_ >= 0) ::close(socket_);
}

Connection::Connection(Connection&& other) noexcept
    : server_(other.server_),
      socket_(std::exchange(other.socket_, -1)),
      kept_(std::move(other.kept_)) {}

Response Connection::exchange(const Request& request) {
    send(request);
    return receive(false);
}

Response Connection::fetch(const Request& request) {
    send(request);
    return receive(true);
}

Response Connection::head(std::string_view target) {
    send({"HEAD", target});
    const auto length = receive_head();
    Response response{.status = std::stoi(length.substr(9, 3)), .location = {}, .body = {}};
    if (const auto value = field(length, "Content-Length"); !value.empty())
        response.length = std::stoull(value);
    return response;
}

void Connection::send(const Request& request) {
    std::size_t length = 0;
    for (const auto part : request.body) length += part.size();
    auto head = fmt::format("{} {} HTTP/1.1\r\nHost: {}:{}\r\n{}{}", request.method, request.target,
                            server_.host, server_.port, server_.authorization, request.fields);
    if (request.method != "GET" && request.method != "HEAD")
        head += fmt::format("Content-Length: {}\r\n", length);
    head += "\r\n";
    send_all(head, length > 0 ? MSG_MORE : 0);
    for (std::size_t i = 0; i < request.body.size(); ++i)
        send_all(request.body[i], i + 1 < request.body.size() ? MSG_MORE : 0);
}

void Connection::send_all(std::string_view bytes, int flags) {
    while (!bytes.empty()) {
        const auto sent = ::send(socket_, bytes.data(), bytes.size(), flags | MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR) continue;
        if (sent < 0) throw failed("sending");
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
}

std::string Connection::receive_head() {
    std::array<char, 16 * 1024> buffer;
    while (true) {
        if (const auto end = kept_.find("\r\n\r\n"); end != std::string::npos) {
            std::string head = kept_.substr(0, end + 2);
            kept_.erase(0, end + 4);
            return head;
        }
        const auto got = ::recv(socket_, buffer.data(), buffer.size(), 0);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) throw failed("receiving");
        if (got == 0) throw std::runtime_error("the server closed the connection");
        kept_.append(buffer.data(), static_cast<std::size_t>(got));
    }
}

void Connection::discard(std::uint64_t size) {
    constexpr std::size_t step = 1024 * 1024;
    while (size > 0) {
        // On TCP the bytes are dropped without being copied, and the buffer is not touched.
        const auto got = ::recv(socket_, nullptr, std::min<std::uint64_t>(size, step), MSG_TRUNC);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) throw failed("receiving");
        if (got == 0) throw std::runtime_error("the server closed the connection in a body");
        size -= static_cast<std::uint64_t>(got);
    }
}

Response Connection::receive(bool keep_body) {
    const auto head = receive_head();
    if (head.size() < 12) throw std::runtime_error("that is not an HTTP response");
    Response response{.status = std::stoi(head.substr(9, 3)), .location = {}, .body = {}};
    response.location = path_of(field(head, "Location"));
    if (const auto length = field(head, "Content-Length"); !length.empty())
        response.length = std::stoull(length);
    if (!field(head, "Transfer-Encoding").empty())
        throw std::runtime_error("this client does not read chunked responses");
    if (response.status == 204) return response;
    const auto here = std::min<std::uint64_t>(response.length, kept_.size());
    if (keep_body) response.body = kept_.substr(0, here);
    kept_.erase(0, here);
    while (keep_body && response.body.size() < response.length) {
        std::array<char, 16 * 1024> buffer;
        const auto most =
            std::min<std::uint64_t>(response.length - response.body.size(), buffer.size());
        const auto got = ::recv(socket_, buffer.data(), most, 0);
        if (got <= 0) throw failed("receiving a body");
        response.body.append(buffer.data(), static_cast<std::size_t>(got));
    }
    if (!keep_body) discard(response.length - here);
    return response;
}

} // namespace load
