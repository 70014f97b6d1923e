// ListenAddress: the HOST:PORT of --listen.
#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace berth::app {

struct ListenAddress {
    std::string host; ///< "" for every address of this machine
    std::uint16_t port;

    /// "127.0.0.1:8080", "[::1]:8080", ":8080", "localhost:0". Error usage.
    static Result<ListenAddress> parse(std::string_view text);

    /// The address that a browser on this machine reaches the server at.
    std::string url(bool tls, std::uint16_t actual_port) const;
};

} // namespace berth::app
