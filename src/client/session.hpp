// Session: requests to one registry, with credentials, redirects and retries done.
#pragma once

#include "client/authenticator.hpp"
#include "client/endpoint.hpp"
#include "client/redirects.hpp"
#include "client/remote_registry.hpp"
#include "client/retry.hpp"

#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace berth::client {

/// One request, as a resource asks for it.
struct Call {
    std::string method = "GET";
    net::Url url;
    net::Headers headers = {};
    std::optional<net::RequestBody> body = {};
    AccessWanted access = {};
    std::string what = {}; ///< for messages: "manifest v1 of docker.io/library/debian"
};

/// Shared by the registry object and its repositories. Any thread.
class Session {
public:
    Session(RemoteOptions options, RemoteDependencies dependencies);

    const Endpoint& endpoint() const { return endpoint_; }
    const RemoteOptions& options() const { return options_; }
    RemoteDependencies& dependencies() { return dependencies_; }

    /// Sends until there is an answer that repeating cannot change. Its status is below 400, or a
    /// 4xx that the caller judges; 401, 408, 429, 5xx and failures of the transport are thrown.
    Answer send(const Call& call);
    /// The same with one attempt, for callers that repeat a larger whole.
    Answer send_once(const Call& call);
    /// A fresh account of failures under this session's policy.
    Retry retry();

    /// The Error for an answer that the caller does not accept; reads its body.
    Error failure(Answer& answer, const Call& call);
    /// Resolves a Location or Link target of an answer. Errors: response_invalid where
    /// origin_rules forbid it. `http` for our own `https` host is read as `https`: registries
    /// behind a proxy often do not know their own scheme.
    net::Url resolve(const net::Url& from, std::string_view target, std::string_view field) const;
    bool is_own(const net::Url& url) const { return url.origin == endpoint_.origin; }

    void note(std::string_view text) const;
    /// Serialises the read-modify-write of fallback indexes.
    std::mutex& fallback_mutex() { return fallback_mutex_; }

private:
    Answer send_with(const Call& call, const Secret& authorization);
    /// Once more with a fresh credential if the answer says that this one has expired.
    Answer send_renewing(const Call& call, const Secret& authorization);
    bool says_expired(Answer& answer, const Call& call, const Secret& authorization);
    Answer answer_challenge(Answer first, const Call& call, const Secret& rejected);
    void throw_if_repeatable(Answer& answer, const Call& call);

    RemoteOptions options_;
    RemoteDependencies dependencies_;
    Endpoint endpoint_;
    Authenticator authenticator_;
    std::mutex fallback_mutex_;
};

} // namespace berth::client
