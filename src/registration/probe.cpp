#include "registration/probe.hpp"

#include "base/text.hpp"
#include "registration/cause.hpp"
#include "registration/waiting.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <thread>

namespace berth::registration {
namespace {

constexpr std::chrono::seconds one_address_limit{15};

struct FreeList {
    void operator()(addrinfo* list) const noexcept { ::freeaddrinfo(list); }
};
using AddressList = std::unique_ptr<addrinfo, FreeList>;

/// The one way to stop waiting for getaddrinfo() is to leave it to a thread of its own.
struct Lookup {
    std::string host;
    UniqueFd done{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
    int failure = 0;
    int system_failure = 0;
    std::vector<Address> addresses = {};

    void run() {
        addrinfo hints{};
        hints.ai_socktype = SOCK_STREAM;
        // First as the address that it may be: AI_ADDRCONFIG refuses ::1 on a machine that has
        // IPv4 alone.
        hints.ai_flags = AI_NUMERICHOST;
        addrinfo* raw = nullptr;
        failure = ::getaddrinfo(host.c_str(), nullptr, &hints, &raw);
        if (failure != 0) {
            hints.ai_flags = AI_ADDRCONFIG;
            failure = ::getaddrinfo(host.c_str(), nullptr, &hints, &raw);
        }
        system_failure = errno;
        const AddressList list(failure == 0 ? raw : nullptr);
        for (const addrinfo* each = list.get(); each != nullptr; each = each->ai_next) {
            char text[NI_MAXHOST] = {};
            if (::getnameinfo(each->ai_addr, each->ai_addrlen, text, sizeof text, nullptr, 0,
                              NI_NUMERICHOST) != 0)
                continue;
            if (std::find(addresses.begin(), addresses.end(), text) == addresses.end())
                addresses.emplace_back(text);
        }
        const std::uint64_t one = 1;
        static_cast<void>(!::write(done.get(), &one, sizeof one));
    }

    /// After `done` was seen. To have read what run() wrote last puts all that it wrote before us;
    /// to have seen that there is something to read does not.
    void take() const {
        std::uint64_t one = 0;
        static_cast<void>(!::read(done.get(), &one, sizeof one));
    }
};

CauseError resolve_failure(const Lookup& lookup) {
    const std::string host = berth::quoted(lookup.host);
    if (lookup.failure == EAI_NONAME || lookup.failure == EAI_NODATA || lookup.failure == 0)
        return {ErrorCode::unreachable, "name_unknown",
                fmt::format("the host name {} is not known", host),
                "check its spelling; if it is an inner name, this machine's DNS must know it"};
    const char* reason = lookup.failure == EAI_SYSTEM ? std::strerror(lookup.system_failure)
                                                      : ::gai_strerror(lookup.failure);
    return {ErrorCode::unreachable, "resolver_failed",
            fmt::format("the host name {} cannot be looked up: {}", host, reason),
            "check this machine's DNS (/etc/resolv.conf)"};
}

struct SocketAddress {
    sockaddr_storage storage{};
    socklen_t size = 0;
};

SocketAddress socket_address(const Address& address, std::uint16_t port) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV;
    addrinfo* raw = nullptr;
    const std::string service = std::to_string(port);
    if (::getaddrinfo(address.c_str(), service.c_str(), &hints, &raw) != 0)
        throw Error(ErrorCode::internal,
                    fmt::format("{} is no numeric address", berth::quoted(address)));
    const AddressList list(raw);
    SocketAddress made;
    std::memcpy(&made.storage, list->ai_addr, list->ai_addrlen);
    made.size = list->ai_addrlen;
    return made;
}

std::string where(const Address& address, std::uint16_t port) {
    const bool v6 = address.find(':') != std::string::npos;
    return fmt::format("{} port {}", v6 ? "[" + address + "]" : address, port);
}

CauseError connect_failure(int reason, const std::string& place) {
    switch (reason) {
        case ECONNREFUSED:
            return {ErrorCode::unreachable, "refused",
                    fmt::format("{} refuses the connection: nothing listens there", place),
                    "check the port, and that the registry runs"};
        case EHOSTUNREACH:
        case ENETUNREACH:
        case EADDRNOTAVAIL:
            return {ErrorCode::unreachable, "no_route",
                    fmt::format("there is no way to {}: {}", place, std::strerror(reason)),
                    "check routes and firewalls between this machine and the registry"};
        case ETIMEDOUT:
            return {ErrorCode::timeout, "slow", fmt::format("{} does not answer", place),
                    "a firewall may drop the packets; check the port"};
        default:
            return {ErrorCode::unreachable, "unreachable",
                    fmt::format("cannot connect to {}: {}", place, std::strerror(reason)),
                    "check the network between this machine and the registry"};
    }
}

/// 0, or why there is no connection.
int try_connect(int socket, const SocketAddress& to, Waiting& waiting) {
    const auto* address = reinterpret_cast<const sockaddr*>(&to.storage);
    if (::connect(socket, address, to.size) == 0) return 0;
    if (errno != EINPROGRESS) return errno;
    if (waiting.until(socket, POLLOUT, one_address_limit) == Woken::time_over) return ETIMEDOUT;
    int reason = 0;
    socklen_t size = sizeof reason;
    ::getsockopt(socket, SOL_SOCKET, SO_ERROR, &reason, &size);
    return reason;
}

} // namespace

std::vector<Address> resolve(const std::string& host, std::stop_token stop) {
    const auto lookup = std::make_shared<Lookup>(); // shared with a thread that may outlive us
    lookup->host = host.starts_with('[') ? host.substr(1, host.size() - 2) : host;
    if (!lookup->done) throw system_error("eventfd", errno);
    std::thread([lookup] { lookup->run(); }).detach();
    Waiting(std::move(stop)).until(lookup->done.get(), POLLIN);
    lookup->take();
    if (lookup->addresses.empty()) throw resolve_failure(*lookup);
    return lookup->addresses;
}

Connected connect_to(const std::vector<Address>& addresses, std::uint16_t port,
                     std::stop_token stop) {
    Waiting waiting(std::move(stop));
    std::optional<CauseError> last;
    for (const Address& address : addresses) {
        const SocketAddress to = socket_address(address, port);
        UniqueFd socket(
            ::socket(to.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
        const int failed = socket ? try_connect(socket.get(), to, waiting) : errno;
        if (failed == 0) return {std::move(socket), address};
        last = connect_failure(failed, where(address, port));
    }
    if (!last) throw Error(ErrorCode::internal, "there is no address to connect to");
    throw *last;
}

} // namespace berth::registration
