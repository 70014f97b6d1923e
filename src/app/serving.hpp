// Serving: one run of `berth serve`, from the configuration to the last answered request.
#pragma once

#include "app/background.hpp"
#include "app/certificate_watch.hpp"
#include "app/configuration.hpp"
#include "app/exchange_record.hpp"
#include "app/platform.hpp"
#include "app/service_manager.hpp"
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
    /// Opens the log files anew, reads the TLS certificate again and takes `level` for the log,
    /// nothing for the one that it has. What fails is logged. Any thread.
    void reload(std::optional<observe::Level> level) noexcept;
    /// A reload could not even begin. Any thread.
    void reload_failed(std::string_view why);

private:
    observe::LineFile& audit_file() { return audit_file_ ? *audit_file_ : log_file_; }
    Observers observers() { return {log_, audit_, metrics_}; }
    net::HttpServerOptions server_options();
    void add_metrics();
    void start_background();
    void log_reloaded(observe::Level level);

    const Configuration configuration_;
    const ServingParts parts_;
    Clock& clock_;
    ServiceManager manager_;
    observe::LineFile log_file_;
    std::optional<observe::LineFile> audit_file_;
    observe::Logger log_;
    observe::Audit audit_;
    observe::Metrics metrics_;
    ExchangeRecord record_;
    Platform platform_;
    std::optional<Secret> password_;
    net::HttpServer server_;
    std::string url_;
    std::optional<CertificateWatch> certificate_;
    Background background_; // last: it stops before what it works on goes
};

/// The level that the configuration and -v ask for.
observe::Level level_of(const Configuration& configuration, bool all_lines);

} // namespace berth::app
