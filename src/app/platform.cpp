#include "app/platform.hpp"

#include "app/hosting_options.hpp"
#include "app/user_changes.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "console/console.hpp"
#include "server/audit_trail.hpp"
#include "server/distribution.hpp"
#include "server/metrics_endpoint.hpp"
#include "server/site.hpp"
#include "server/via.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>
#include <memory>

namespace berth::app {
namespace {

constexpr std::uint64_t key_limit = 4096;
constexpr std::size_t shortest_key = 32; // bytes, as RFC 7518 section 3.2 asks for HS256
constexpr std::chrono::seconds look_every{30};
constexpr std::chrono::seconds scrub_look_every{60};

Secret token_key(const std::filesystem::path& file) {
    struct stat found {};
    if (::stat(file.c_str(), &found) != 0 && errno == ENOENT)
        replace_file(file, random_hex_16() + random_hex_16() + random_hex_16(), 0600);
    auto key = read_file(file, key_limit);
    if (key.size() < shortest_key) {
        throw Error(ErrorCode::corrupt,
                    fmt::format("{} is too short to be a key", berth::quoted(file.native())))
            .set_hint("remove it: a new one is made, and clients log in again");
    }
    return Secret(std::move(key));
}

void add_metrics(observe::Metrics& metrics, hosting::HostedRegistry& registry, Health& health,
                 const std::filesystem::path& directory) {
    metrics.gauge("berth_uploads_open", "Uploads that have begun and not ended.",
                  [&registry] { return static_cast<double>(registry.uploads().open()); });
    metrics.gauge("berth_ready", "1 if /readyz says so.",
                  [&health] { return health.ready() ? 1.0 : 0.0; });
    metrics.gauge("berth_disk_free_bytes", "Free space where the data directory is.",
                  [directory] { return static_cast<double>(free_space(directory)); });
}

} // namespace

Platform::Platform(const Configuration& configuration, const std::filesystem::path& directory,
                   OutsideOptions outside, Observers observers, Clock& clock)
    : configuration_(configuration),
      observers_(observers),
      clock_(clock),
      registry_(hosting_options(configuration, directory), clock),
      users_(directory / "users.json", clock),
      tokens_(token_key(directory / "token-key"), "berth", clock),
      limiter_(configuration.rates, clock),
      health_(registry_, directory, configuration.storage.min_free, clock),
      upkeep_(registry_, configuration.storage, observers, clock),
      management_(directory, configuration, std::move(outside),
                  {.registry = registry_,
                   .users = users_,
                   .tokens = tokens_,
                   .limiter = limiter_,
                   .observers = observers,
                   .clock = clock,
                   .server = server::new_server_name()}) {
    add_metrics(observers.metrics, registry_, health_, directory);
}

void Platform::start_upkeep(Background& background) {
    const auto& storage = configuration_.storage;
    background.add("collect", storage.collect_every,
                   [this](const std::stop_token& stop) { upkeep_.collect(stop); });
    background.add("retention", storage.retention_every,
                   [this](const std::stop_token& stop) { upkeep_.retain(stop); });
    background.add("scrub", scrub_look_every,
                   [this](const std::stop_token& stop) { upkeep_.scrub(stop); });
    management_.start_upkeep(background);
    // Shared because std::function wants to be copied; one thread uses it.
    const auto changes = std::make_shared<UserChanges>(users_, observers_.audit);
    background.add("users", look_every, [changes](const auto&) { changes->check(); });
}

void Platform::reconfigure(const Configuration& configuration) {
    registry_.index().set_policy(configuration.policy);
    limiter_.set_limits(configuration.rates);
}

net::Handler Platform::handler(std::string version) {
    auto& failed_logins = observers_.metrics.counter("berth_login_failures_total",
                                                     "Logins with a wrong name or password.");
    net::Handler metrics;
    if (configuration_.metrics.enabled) {
        metrics = server::make_metrics_endpoint({.metrics = observers_.metrics,
                                                 .users = users_,
                                                 .tokens = tokens_,
                                                 .limiter = &limiter_,
                                                 .anonymous = configuration_.metrics.anonymous});
    }
    auto site = server::make_site({.version = std::move(version),
                                   .checks = [this] { return health_.checks(); },
                                   .metrics = std::move(metrics)});
    auto distribution = server::make_distribution(
        {.registry = registry_,
         .users = users_,
         .tokens = tokens_,
         .clock = clock_,
         .limiter = &limiter_,
         .find_registered =
             [&door = management_.door()](const std::string& user, std::string_view repository) {
                 return door.find(user, repository);
             }},
        management_.handler([&failed_logins] { failed_logins.add(); },
                            console::make_console(std::move(site))));
    return server::make_audited({.audit = observers_.audit,
                                 .registry = registry_,
                                 .login_failed = [&failed_logins] { failed_logins.add(); }},
                                std::move(distribution));
}

} // namespace berth::app
