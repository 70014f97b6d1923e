// Serving: one run of `berth serve`, from the configuration to the last answered request.
#pragma once

#include "app/background.hpp"
#include "app/certificate_watch.hpp"
#include "app/configuration.hpp"
#include "app/exchange_record.hpp"
#include "app/platform.hpp"
#include "app/service_manager.hpp"
#include "app/turned_away_record.hpp"
#include "cli/invocation.hpp"
#include "net/http_server.hpp"

#include <filesystem>
#include <functional>
#include <optional>
#include <stop_token>

namespace berth::app {

/// What a run needs besides its configuration.
struct ServingParts {
    std::filesystem::path data;
    bool text_log = false;  ///< for people, otherwise JSON lines
    bool all_lines = false; ///< whatever the configuration's level
    /// The password of the user admin, if it is not to be generated.
    std::optional<std::filesystem::path> admin_password_file = {};
    std::string notify_socket = {};
    std::optional<std::chrono::microseconds> watchdog = {}; ///< how soon systemd loses patience
    std::uint64_t descriptors = 0; ///< how many the process may have; 0: not known
    std::string version = {};
    OutsideOptions outside = {};
};

/// Connections are accepted from the construction on. One thread, except as said.
class Serving {
public:
    /// Errors: usage for files and addresses that cannot be used; Platform's and HttpServer's.
    Serving(const Configuration& configuration, ServingParts parts, Clock& clock);

    /// The generated password of the user admin, at the first start only.
    const std::optional<Secret>& password() const { return password_; }
    std::uint16_t port() const { return server_.port(); }
    const std::string& url() const { return url_; }

    /// Serves until `stop`, then lets running requests finish.
    void run(const std::stop_token& stop);
    /// Opens the log files anew, reads the TLS certificate again and takes over what can change
    /// of `wanted`, if there is a configuration. Each key that changes is logged, and what fails.
    /// Any thread, one at a time.
    void reload(const std::optional<Configuration>& wanted) noexcept;
    /// A reload could not even begin. Any thread.
    void reload_failed(std::string_view why);

private:
    observe::LineFile& audit_file() { return audit_file_ ? *audit_file_ : log_file_; }
    Observers observers() { return {log_, audit_, metrics_}; }
    net::HttpServerOptions server_options();
    void add_metrics();
    void start_background();
    void reopen_files();
    void reconfigure(const Configuration& wanted);
    void log_reloaded(observe::Level level);

    const Configuration configuration_; ///< as at the start
    Configuration running_;             ///< with what reloads have changed
    const ServingParts parts_;
    ServiceManager manager_;
    observe::LineFile log_file_;
    std::optional<observe::LineFile> audit_file_;
    observe::Logger log_;
    observe::Audit audit_;
    observe::Metrics metrics_;
    ExchangeRecord record_;
    TurnedAwayRecord turned_away_;
    Platform platform_;
    std::optional<Secret> password_;
    net::HttpServer server_;
    std::string url_;
    std::optional<CertificateWatch> certificate_;
    Background background_; // last: it stops before what it works on goes
};

} // namespace berth::app
