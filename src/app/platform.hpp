// Platform: everything that lives as long as `berth serve`, in the order of construction.
#pragma once

#include "access/token.hpp"
#include "access/users.hpp"
#include "hosting/hosted_registry.hpp"
#include "net/http_message.hpp"

#include <filesystem>
#include <string>
#include <thread>

namespace berth::app {

/// The registry on one data directory:
///
///   DIR/users.json   who may do what
///   DIR/token-key    signs our tokens; made on the first start
///   DIR/…            see hosting::HostedRegistry
///
/// Garbage is collected in the background for as long as it lives.
class Platform {
public:
    /// Errors: conflict if another process serves the directory; those of the file system.
    Platform(const std::filesystem::path& directory, Clock& clock);

    access::Users& users() { return users_; }
    /// Answers the distribution API, /token, and what make_site() answers. Lives as long as this.
    net::Handler handler(std::string version);

private:
    void collect(std::stop_token stop);

    Clock& clock_;
    hosting::HostedRegistry registry_;
    access::Users users_;
    access::TokenIssuer tokens_;
    std::jthread collector_; // last: it stops before what it works on goes
};

} // namespace berth::app
