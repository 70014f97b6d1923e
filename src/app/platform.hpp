// Platform: everything that lives as long as `berth serve`, in the order of construction.
#pragma once

#include "access/rate_limiter.hpp"
#include "access/token.hpp"
#include "access/users.hpp"
#include "app/background.hpp"
#include "app/configuration.hpp"
#include "app/health.hpp"
#include "app/management.hpp"
#include "app/observers.hpp"
#include "app/upkeep.hpp"
#include "hosting/hosted_registry.hpp"
#include "net/http_message.hpp"

#include <filesystem>
#include <string>

namespace berth::app {

/// The registry on one data directory:
///
///   DIR/users.json   who may do what
///   DIR/token-key    signs our tokens; made on the first start
///   DIR/…            see hosting::HostedRegistry and Management
class Platform {
public:
    /// `directory` wins over the configuration's. Errors: conflict if another process serves the
    /// directory; usage for a policy that cannot be read; those of the file system.
    Platform(const Configuration& configuration, const std::filesystem::path& directory,
             OutsideOptions outside, Observers observers, Clock& clock);

    access::Users& users() { return users_; }
    Health& health() { return health_; }
    /// Begins to collect garbage and all else that the registry does for itself. `background` must
    /// go before this does.
    void start_upkeep(Background& background);
    /// Takes over the rates and the policy; what is under way ends by the old ones. Errors: as the
    /// constructor's for the policy; then nothing has changed. Any thread, one at a time.
    void reconfigure(const Configuration& configuration);
    /// Before waiting for requests to end: those that last for as long as there is news.
    void stop() { management_.stop(); }
    /// Once nobody waits for them any longer: those that wait for other servers.
    void break_off() { management_.break_off(); }
    /// Answers the distribution API, /token, the management API, the console, and what make_site()
    /// answers. Lives as long as this.
    net::Handler handler(std::string version);

private:
    const Configuration configuration_;
    Observers observers_;
    Clock& clock_;
    hosting::HostedRegistry registry_;
    access::Users users_;
    access::TokenIssuer tokens_;
    access::RateLimiter limiter_;
    Health health_;
    Upkeep upkeep_;
    Management management_;
};

} // namespace berth::app
