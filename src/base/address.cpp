#include "base/address.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <iterator>

namespace berth {

std::string address_key(std::string_view peer) {
    const std::string text(peer.substr(0, peer.find('%')));
    in6_addr address{};
    if (::inet_pton(AF_INET6, text.c_str(), &address) != 1) return std::string(peer);
    std::array<char, INET6_ADDRSTRLEN> printed{};
    if (IN6_IS_ADDR_V4MAPPED(&address)) {
        ::inet_ntop(AF_INET, address.s6_addr + 12, printed.data(), printed.size());
        return printed.data();
    }
    std::fill(std::begin(address.s6_addr) + 8, std::end(address.s6_addr), std::uint8_t{0});
    ::inet_ntop(AF_INET6, &address, printed.data(), printed.size());
    return std::string(printed.data()) + "/64";
}

} // namespace berth
