// TokenCache: bearer tokens until shortly before they expire; one request per token at a time.
#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/secret.hpp"
#include "base/synchronized.hpp"

#include <chrono>
#include <exception>
#include <functional>
#include <future>
#include <map>
#include <string>

namespace berth::client {

struct Token {
    Secret text;
    std::chrono::seconds lifetime; ///< from now on, as its server says
};

/// Any thread.
class TokenCache {
public:
    explicit TokenCache(Clock& clock) : clock_(clock) {}

    using Fetch = std::function<Token()>;
    /// The token under `key`, fetched if there is none or it is about to expire. Others who ask
    /// meanwhile wait for the same fetch and share its outcome, an Error too.
    Secret get(const std::string& key, const Fetch& fetch);
    /// Forgets the token under `key` if it still is `rejected`.
    void drop(const std::string& key, const Secret& rejected);

private:
    struct Outcome {
        Secret token;
        std::chrono::steady_clock::time_point fresh_until;
        bool failed = false;
        Error error;
    };
    using Flight = std::shared_future<Outcome>;

    Outcome fly(const Fetch& fetch, std::exception_ptr& own);

    Clock& clock_;
    Synchronized<std::map<std::string, Flight>> flights_; ///< running and landed ones
};

} // namespace berth::client
