#include "app/serve.hpp"

#include "app/configuration_flags.hpp"
#include "app/descriptor_limit.hpp"
#include "app/serving.hpp"
#include "app/sign_in_providers.hpp"
#include "aws/environment.hpp"
#include "base/text.hpp"
#include "cli/environment.hpp"
#include "cli/invocation.hpp"
#include "cli/run.hpp"

#include <fmt/format.h>

#include <limits>
#include <map>
#include <string>

namespace berth::app {
namespace {

/// What is printed once connections are accepted; the password on the first start only.
cli::Report report_of(const Serving& serving, const std::filesystem::path& data) {
    json::Object value{{"url", serving.url()}, {"port", serving.port()}, {"data", data.native()}};
    std::vector<cli::Column> columns{{"Serving", "url"}, {"Data", "data"}};
    if (const auto& password = serving.password()) {
        value["user"] = "admin";
        value["password"] = password->reveal();
        columns.push_back({"User", "user"});
        columns.push_back({"Password", "password"});
    }
    return {value, {{cli::Section::Shape::card, "", std::move(columns)}}, "url"};
}

bool text_log(const cli::Invocation& invocation, const LogConfiguration& log) {
    if (log.format != "auto") return log.format == "text";
    return log.file.empty() && invocation.console().err_is_terminal();
}

/// Proxies as the command line takes them; sealing keys as docs/registration.md says.
OutsideOptions outside_of(const cli::Environment& environment, const SignInConfiguration& sign_in) {
    OutsideOptions outside;
    outside.transport.user_agent = "berth/" + cli::version();
    cli::set_proxies(outside.transport, environment);
    if (const auto directory = environment.get("CREDENTIALS_DIRECTORY"); !directory.empty()) {
        const auto file = std::filesystem::path(directory) / "berth.seal-keys";
        if (std::filesystem::exists(file)) outside.seal_credential = file;
    }
    if (auto keys = environment.get("BERTH_SEAL_KEYS"); !keys.empty())
        outside.seal_variable = Secret(std::move(keys));
    outside.client_secrets = client_secrets(sign_in, environment);
    std::map<std::string, std::string> aws;
    for (const auto& [name, value] : environment.variables)
        if (name.starts_with("AWS_") || name == "HOME") aws.emplace(name, value);
    outside.aws = aws::Environment(std::move(aws));
    return outside;
}

ServingParts parts_of(const cli::Invocation& invocation, const Configuration& configuration) {
    const auto& environment = invocation.environment();
    ServingParts parts;
    parts.data = data_directory(configuration, environment);
    parts.text_log = text_log(invocation, configuration.log);
    parts.all_lines = invocation.console().verbosity() > 0;
    if (const auto file = invocation.line.value("admin-password-file"))
        parts.admin_password_file = *file;
    parts.notify_socket = environment.get("NOTIFY_SOCKET");
    if (const auto usec = parse_number(environment.get("WATCHDOG_USEC"),
                                       std::numeric_limits<std::int32_t>::max()))
        parts.watchdog = std::chrono::microseconds(*usec);
    parts.descriptors = raise_descriptor_limit();
    parts.version = cli::version();
    parts.outside = outside_of(environment, configuration.sign_in);
    return parts;
}

/// SIGHUP.
void reload(const cli::Invocation& invocation, Serving& serving) {
    std::optional<Configuration> wanted;
    try {
        const auto loaded = configuration_of(invocation, configuration_file(invocation));
        loaded.require_valid();
        wanted = loaded.value;
    } catch (const std::exception& error) {
        serving.reload_failed(error.what());
    }
    // Whatever the configuration is like: logrotate has moved the log's file, and a certificate
    // that ends today does not wait for it.
    serving.reload(wanted);
}

/// Ends what SIGHUP does before the server goes.
class HangupWatch {
public:
    HangupWatch(const cli::Surroundings& surroundings, std::function<void()> act)
        : on_hangup_(surroundings.on_hangup) {
        if (on_hangup_) on_hangup_(std::move(act));
    }
    ~HangupWatch() {
        if (on_hangup_) on_hangup_({});
    }
    HangupWatch(const HangupWatch&) = delete;
    HangupWatch& operator=(const HangupWatch&) = delete;

private:
    std::function<void(std::function<void()>)> on_hangup_;
};

int serve(cli::Invocation& invocation) {
    const auto loaded = configuration_of(invocation, configuration_file(invocation));
    loaded.require_valid();
    const auto parts = parts_of(invocation, loaded.value);
    Serving serving(loaded.value, parts, invocation.surroundings.clock);
    const HangupWatch hangups(invocation.surroundings, [&] { reload(invocation, serving); });
    invocation.print(report_of(serving, parts.data));
    if (serving.password() && parts.text_log)
        invocation.console().tell("The password is shown this once; only its hash is kept.\n");
    serving.run(invocation.surroundings.stop);
    return 0;
}

std::vector<cli::Flag> flags() {
    std::vector<cli::Flag> flags{
        {.name = "listen",
         .value = "HOST:PORT",
         .help = "where to accept connections; otherwise 127.0.0.1:8080. Without a host every "
                 "address, with port 0 a free one",
         .variable = "BERTH_LISTEN"},
        {.name = "data",
         .value = "DIR",
         .help = "where the registry is kept; otherwise berth/registry below $XDG_DATA_HOME or "
                 "~/.local/share",
         .variable = "BERTH_DATA"},
        {.name = "cert-file", .value = "FILE", .help = "certificate chain (PEM): serve TLS"},
        {.name = "key-file", .value = "FILE", .help = "its key (PEM)"},
        {.name = "admin-password-file",
         .value = "FILE",
         .help = "at the first start: the password of the user admin is what the file holds, or "
                 "is written to it if it is not there"}};
    for (auto& flag : configuration_flags()) flags.push_back(std::move(flag));
    return flags;
}

} // namespace

cli::Command serve_command() {
    return {.name = "serve",
            .summary = "Serve a registry: the OCI distribution API over HTTP or HTTPS",
            .description =
                "Serves an OCI registry on one data directory, with health, readiness, metrics and "
                "version beside it, until Ctrl-C or SIGTERM; then lets running requests finish. "
                "The first start makes the user admin and prints its password, once. The URL is "
                "printed on standard output when connections are accepted.\n\n"
                "What can be set is described by berth config show; flags come before the "
                "environment (BERTH_SECTION__KEY), that before the file. SIGHUP opens the log "
                "files anew, reads the TLS certificate again, and takes over the log's level, the "
                "rates and the policy; the log names other keys that have changed.",
            .examples = {{"on this machine only, at http://127.0.0.1:8080/", "berth serve"},
                         {"on every address, with TLS",
                          "berth serve --listen :8443 --cert-file cert.pem --key-file key.pem"},
                         {"as a configuration says, but with all lines in the log",
                          "berth serve --config berth.yaml -v"}},
            .arguments = {},
            .flags = flags(),
            .run = serve};
}

} // namespace berth::app
