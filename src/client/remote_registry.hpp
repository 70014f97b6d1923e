// RemoteRegistry: any registry that speaks the OCI distribution API, over HTTP.
#pragma once

#include "base/clock.hpp"
#include "net/http.hpp"
#include "registry/credentials.hpp"
#include "registry/repository.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace berth::client {

struct RemoteOptions {
    /// host or host:port as in a reference; "docker.io" is reached at registry-1.docker.io.
    std::string registry;
    bool plain_http = false;
    net::TlsOptions tls = {};
    int attempts = 5;               ///< of each request that may be repeated
    std::uint64_t upload_chunk = 0; ///< 0: one streamed PUT per blob
    /// If it is not 0: how long a read may go unanswered, and its body stand still, repeats
    /// included: for whoever can ask elsewhere.
    std::chrono::milliseconds patience{0};
    int blob_connections = 4; ///< for one large blob that comes slowly
    /// Hosts of token services that may be shown the credentials although they are of another
    /// site than the registry, e.g. "login.example.net". Only with https.
    std::vector<std::string> realm_hosts = {};
    /// What stands before "/v2/" where a registry does not begin at its host's root: "" or
    /// "/artifactory/api/docker/charts", encoded, without a slash at its end.
    std::string base_path = {};
    /// The field Via of requests to the registry itself: the servers that they are passed on by.
    std::string via = {};
    /// Told of retries and of resumed downloads.
    std::function<void(std::string_view)> note = {};
};

/// The pieces it stands on; all must outlive it. Thread-safe if they are.
struct RemoteDependencies {
    net::HttpTransport& transport;
    registry::CredentialProvider& credentials;
    Clock& clock;
    std::stop_token stop = {};
};

std::unique_ptr<registry::Registry> open_remote_registry(RemoteOptions options,
                                                         RemoteDependencies dependencies);

} // namespace berth::client
