#include "app/serving.hpp"

#include "api/refusal.hpp"
#include "app/configuration_change.hpp"
#include "app/descriptor_limit.hpp"
#include "app/first_password.hpp"
#include "app/listen_address.hpp"
#include "observe/process.hpp"
#include "server/site.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>

namespace berth::app {
namespace {

using observe::Level;

constexpr std::chrono::seconds certificate_look_every{30};

void wait_for(const std::stop_token& stop) {
    std::mutex mutex;
    std::condition_variable_any changed;
    std::unique_lock lock(mutex);
    changed.wait(lock, stop, [] { return false; });
}

observe::LineFormat format_of(const ServingParts& parts) {
    return parts.text_log ? observe::LineFormat::text : observe::LineFormat::json;
}

std::optional<net::TlsServerOptions> tls_of(const HttpConfiguration& http) {
    if (http.certificate_file.empty()) return std::nullopt;
    return net::TlsServerOptions{http.certificate_file, http.key_file};
}

ListenAddress address_of(const Configuration& configuration) {
    return ListenAddress::parse(configuration.http.listen).value();
}

/// In the form of the API that was asked.
net::Response render_error(const Error& error, const net::Request& request) {
    if (!request.path.starts_with("/v1/")) return server::render_error(error, request);
    if (error.code() == ErrorCode::too_many_requests)
        return api::render(api::limited(error), request);
    return api::render(error, request);
}

std::size_t share_of_one_address(const HttpConfiguration& http) {
    if (http.max_requests_per_address > 0) return http.max_requests_per_address;
    return std::max<std::size_t>(1, http.max_requests / 4);
}

double unix_time(std::chrono::system_clock::time_point time) {
    return std::chrono::duration<double>(time.time_since_epoch()).count();
}

/// The level that the configuration and -v ask for.
Level level_of(const Configuration& configuration, bool all_lines) {
    if (all_lines) return Level::debug;
    return observe::parse_level(configuration.log.level).value_or(Level::info);
}

} // namespace

Serving::Serving(const Configuration& configuration, ServingParts parts, Clock& clock)
    : configuration_(configuration),
      running_(configuration),
      parts_(std::move(parts)),
      manager_(parts_.notify_socket),
      log_file_(configuration.log.file),
      audit_file_(
          configuration.log.audit_file.empty()
              ? std::optional<observe::LineFile>()
              : std::optional<observe::LineFile>(std::in_place, configuration.log.audit_file)),
      log_(log_file_, format_of(parts_), level_of(configuration, parts_.all_lines), clock),
      audit_(audit_file(), format_of(parts_), clock),
      record_(log_, metrics_),
      turned_away_(log_, metrics_, clock),
      platform_(configuration, parts_.data, parts_.outside, observers(), clock),
      server_(server_options(), platform_.handler(parts_.version)),
      url_(address_of(configuration).url(tls_of(configuration.http).has_value(), server_.port())),
      background_(observers(), clock) {
    add_metrics();
    // Not before the server listens: a password is shown once, and a start that fails shows none.
    password_ = make_admin(platform_.users(), parts_.admin_password_file);
    if (password_) audit_.record({.action = "user.add", .detail = "admin: first start"});
    if (const auto tls = tls_of(configuration.http))
        certificate_.emplace(server_, tls->certificate_file, tls->key_file, observers(), clock);
    start_background();
}

net::HttpServerOptions Serving::server_options() {
    const auto& http = configuration_.http;
    const auto address = address_of(configuration_);
    net::HttpServerOptions options;
    options.host = address.host;
    options.port = address.port;
    options.tls = tls_of(http);
    for (const auto& proxy : http.trusted_proxies)
        options.trusted_proxies.push_back(net::AddressRange::parse(proxy).value());
    options.max_connections = http.max_connections;
    options.max_per_address = http.max_connections_per_address;
    options.max_workers = http.max_requests;
    options.max_requests_per_address = share_of_one_address(http);
    options.idle = http.idle_timeout;
    options.stall = http.stall_timeout;
    options.render_error = render_error;
    options.on_exchange = [this](const net::Exchange& exchange) { record_(exchange); };
    options.on_turned_away = [this](const net::TurnedAway& client) { turned_away_(client); };
    return options;
}

void Serving::add_metrics() {
    metrics_.gauge("berth_http_in_flight", "Requests that are being answered now.",
                   [this] { return static_cast<double>(server_.running()); });
    metrics_.gauge("berth_http_waiting", "Requests that wait for others of their address to end.",
                   [this] { return static_cast<double>(server_.waiting()); });
    metrics_.gauge("berth_http_connections", "Open connections, idle ones included.",
                   [this] { return static_cast<double>(server_.connections()); });
    metrics_.counted("berth_log_dropped_total", "Lines that could not be written.", [this] {
        const auto dropped = log_file_.dropped() + (audit_file_ ? audit_file_->dropped() : 0);
        return static_cast<double>(dropped);
    });
    metrics_.gauges("berth_build_info", "1, with the version.", [this] {
        return std::vector{observe::Sample{{{"version", parts_.version}}, 1}};
    });
    if (tls_of(configuration_.http)) {
        metrics_.gauge("berth_tls_certificate_expiry_timestamp_seconds",
                       "When the TLS certificate ends, in Unix time.", [this] {
                           return unix_time(server_.certificate_expiry().value_or(
                               std::chrono::system_clock::time_point()));
                       });
    }
    observe::add_process_metrics(metrics_);
}

void Serving::start_background() {
    platform_.start_upkeep(background_);
    if (certificate_)
        background_.add("certificate", certificate_look_every,
                        [this](const auto&) { certificate_->check(); });
    if (parts_.watchdog) {
        // While the index does not answer this does not return, and systemd restarts us.
        const auto often = std::chrono::duration_cast<std::chrono::milliseconds>(*parts_.watchdog);
        background_.add("watchdog", std::max(often / 3, std::chrono::milliseconds(100)),
                        [this](const auto&) {
                            platform_.health().checks();
                            manager_.alive();
                        });
    }
}

void Serving::run(const std::stop_token& stop) {
    log_.log(Level::info, "serving",
             {{"url", url_}, {"data", parts_.data.native()}, {"version", parts_.version}});
    if (parts_.descriptors > 0) {
        const auto few = too_few_descriptors(configuration_.http, parts_.descriptors);
        if (few) log_.log(Level::warn, *few);
    }
    platform_.health().started();
    manager_.ready("serving at " + url_);
    wait_for(stop);
    manager_.stopping();
    log_.log(Level::info, "stopping",
             {{"requests", std::uint64_t{server_.running()}},
              {"drain_s", std::int64_t{configuration_.http.drain.count()}}});
    platform_.stop();
    const bool drained = server_.drain(configuration_.http.drain);
    // Those that wait for another server would else hear of it only from that one.
    if (!drained) platform_.break_off();
    server_.stop(std::chrono::milliseconds(0));
    log_.log(drained ? Level::info : Level::warn, "stopped", {{"drained", drained}});
}

void Serving::reload(const std::optional<Configuration>& wanted) noexcept {
    const Level level = wanted ? level_of(*wanted, parts_.all_lines) : log_.level();
    manager_.reloading();
    reopen_files();
    if (certificate_) certificate_->reload();
    if (wanted) reconfigure(*wanted);
    // At the louder of the two levels: who makes the log quiet wants to see that it worked.
    if (level > Level::info) log_reloaded(level);
    log_.set_level(level);
    if (level <= Level::info) log_reloaded(level);
    manager_.ready("serving at " + url_);
}

void Serving::reopen_files() {
    try {
        log_file_.reopen();
        if (audit_file_) audit_file_->reopen();
    } catch (const std::exception& error) {
        reload_failed(error.what());
    }
}

void Serving::reconfigure(const Configuration& wanted) {
    try {
        const auto changed = changed_keys(running_, wanted);
        platform_.reconfigure(wanted);
        running_ = with_changes(std::move(running_), wanted);
        for (const auto& key : changed) {
            log_.log(key.at_once ? Level::info : Level::warn,
                     key.at_once ? "configuration changed" : "configuration needs a restart",
                     {{"key", key.name}, {"value", key.value}});
        }
    } catch (const std::exception& error) {
        reload_failed(error.what());
    }
}

void Serving::log_reloaded(Level level) {
    log_.log(Level::info, "reloaded", {{"level", observe::name_of(level)}});
}

void Serving::reload_failed(std::string_view why) {
    log_.log(Level::error, "reload failed, what was there stays", {{"error", why}});
}

} // namespace berth::app
