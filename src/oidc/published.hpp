// Published: what a provider publishes, its discovery document and its keys, kept for an hour.
#pragma once

#include "base/clock.hpp"
#include "oidc/discovery.hpp"
#include "oidc/failure.hpp"
#include "oidc/key_set.hpp"
#include "oidc/line.hpp"

#include <chrono>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>

namespace berth::oidc {

/// Any thread. What is fetched is fetched by one at a time; a failure is remembered for a moment,
/// so that those who waited do not each wait for the same provider again.
class Published {
public:
    static constexpr std::chrono::hours keep_for{1};
    static constexpr std::chrono::seconds remember_failure{5};
    /// Keys that were fetched so lately are not fetched again for a key that is not among them.
    static constexpr std::chrono::seconds fresh_for{10};

    /// All must outlive it.
    Published(std::string issuer, Line& line, Clock& clock)
        : issuer_(std::move(issuer)), line_(line), clock_(clock) {}

    /// LoginFailure unreachable, broken.
    Discovery discovery(const std::stop_token& stop);
    /// Also fetches the discovery document where it has to. Errors: as discovery().
    KeySet keys(const std::stop_token& stop);
    /// Fetched now, unless that was done lately: after a provider changed its keys.
    KeySet fresh_keys(const std::stop_token& stop);

private:
    using Time = std::chrono::steady_clock::time_point;
    struct Failed {
        Failure failure;
        std::string message;
        std::string hint;
        Time at;
    };
    const Discovery& known_discovery(const std::stop_token& stop);
    const KeySet& keys_not_older(std::chrono::seconds age, const std::stop_token& stop);
    template <class Fetch>
    auto fetching(Fetch&& fetch);

    const std::string issuer_;
    Line& line_;
    Clock& clock_;
    std::mutex mutex_; ///< of all that follows
    std::optional<Discovery> discovery_;
    Time discovered_at_;
    std::optional<KeySet> keys_;
    Time keys_at_;
    std::optional<Failed> failed_;
};

} // namespace berth::oidc
