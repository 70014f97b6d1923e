// Management: everything behind the management API of one data directory.
#pragma once

#include "access/rate_limiter.hpp"
#include "access/token.hpp"
#include "access/users.hpp"
#include "api/browse.hpp"
#include "api/sync.hpp"
#include "app/background.hpp"
#include "app/configuration.hpp"
#include "app/door.hpp"
#include "app/observers.hpp"
#include "app/sign_in_providers.hpp"
#include "aws/cloud.hpp"
#include "hosting/hosted_registry.hpp"
#include "identity/realm.hpp"
#include "net/http.hpp"
#include "net/http_message.hpp"
#include "registration/book.hpp"
#include "registration/content_index.hpp"
#include "registration/open.hpp"
#include "seal/key_file.hpp"

#include <exception>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <stop_token>
#include <string>

namespace berth::app {

/// How this server reaches others, and where its sealing keys are if not in the data directory.
struct OutsideOptions {
    net::CurlOptions transport = {};
    /// As in seal::KeySource.
    std::optional<std::filesystem::path> seal_credential = {};
    std::optional<Secret> seal_variable = {};
    /// Of the providers that people may log in by, by their names; those of public clients lack.
    std::map<std::string, Secret> client_secrets = {};
    aws::Environment aws = {}; ///< AWS_* and HOME
};

/// All must outlive it.
struct ManagementParts {
    hosting::HostedRegistry& registry;
    access::Users& users;
    access::TokenIssuer& tokens;
    access::RateLimiter& limiter;
    Observers observers;
    Clock& clock;
    std::string server; ///< this one's name in Via
};

///   DIR/identity.sqlite       sessions, API keys, the audit trail
///   DIR/registrations.sqlite  the registries that are registered, secrets sealed
///   DIR/seal-keys             what they are sealed with, unless that comes from elsewhere
///   DIR/content.sqlite        what those registries hold; can be lost
/// all with mode 0600.
class Management {
public:
    /// Errors: those of db, of seal::load_keys and of aws::Cloud.
    Management(const std::filesystem::path& directory, const Configuration& configuration,
               OutsideOptions outside, ManagementParts parts);

    /// Daily syncs and validations; what removed tenants had registered goes; and once, secrets
    /// sealed with an older key sealed anew. `background` must go before this does.
    void start_upkeep(Background& background);
    /// Ends what runs in the background and what answers for as long as there is news; does not
    /// wait. Whoever reads from another server goes on. Any thread.
    void stop() { sync_.stop(); }
    /// Ends that too. Any thread.
    void break_off() { stop_.request_stop(); }
    /// Answers what is below /v1/. Lives as long as this. `login_failed`: told of each.
    net::Handler handler(std::function<void()> login_failed, net::Handler others);

    /// Lives as long as this.
    Door& door() { return door_; }

private:
    void reseal();
    void remove_registries_of(const std::string& removed_tenant);
    void log_failure(const api::Job& job, const std::exception& error);

    ManagementParts parts_;
    std::stop_source stop_; ///< of whoever waits for another server
    identity::Realm realm_;
    registration::Book book_;
    aws::Cloud cloud_;
    registration::Outside outside_;
    registration::Opener opener_;
    registration::ContentIndex index_;
    api::ContentCache cache_;
    api::Places outbound_{api::outbound_limits};
    api::Events events_;
    api::Sync sync_;
    SignInProviders providers_;
    Door door_;
};

} // namespace berth::app
