#include "cli/session.hpp"

#include "base/text.hpp"
#include "cli/certificates.hpp"
#include "cli/transport.hpp"
#include "client/remote_registry.hpp"
#include "store/layout.hpp"

#include <fmt/format.h>

namespace berth::cli {

/// A registry and the credentials that it uses; both must live while repositories of it do.
struct Session::Remote {
    std::unique_ptr<registry::CredentialProvider> credentials;
    std::unique_ptr<registry::Registry> registry;
};

Session::Session(Invocation& invocation) : invocation_(invocation) {}
Session::~Session() = default;

std::optional<std::string> Session::side_value(Side side, std::string_view flag) const {
    const auto& line = invocation_.line;
    const auto* prefix = side == Side::source ? "src-" : "dest-";
    if (side != Side::only) {
        if (auto value = line.value(fmt::format("{}{}", prefix, flag))) return value;
    }
    return line.value(flag);
}

std::vector<std::string> Session::realm_hosts(Side side) const {
    auto hosts = invocation_.line.values("realm-host");
    if (side == Side::only) return hosts;
    const auto own =
        invocation_.line.values(side == Side::source ? "src-realm-host" : "dest-realm-host");
    hosts.insert(hosts.end(), own.begin(), own.end());
    return hosts;
}

bool Session::side_switch(Side side, std::string_view flag) const {
    return side_value(side, flag).has_value();
}

net::TlsOptions Session::tls_options(const std::string& host, Side side) const {
    const auto& line = invocation_.line;
    auto tls = installed_certificates(host, invocation_.environment());
    if (const auto file = side_value(side, "ca-file")) tls.ca_file = *file;
    if (const auto file = side_value(side, "cert-file")) tls.certificate_file = *file;
    if (const auto file = side_value(side, "key-file")) tls.key_file = *file;
    const auto* prefix = side == Side::source ? "src-" : side == Side::destination ? "dest-" : "";
    tls.skip_verify = side_switch(side, "insecure-skip-tls-verify") ||
                      side_switch(side, "insecure") || line.switched_off("tls-verify") ||
                      line.switched_off(fmt::format("{}tls-verify", prefix));
    return tls;
}

net::HttpTransport& Session::transport() {
    if (!transport_) transport_ = transport_of(invocation_);
    return *transport_;
}

std::unique_ptr<registry::Registry> Session::open_remote(
    const std::string& host, Side side, registry::CredentialProvider& credentials) {
    client::RemoteOptions options{.registry = host,
                                  .plain_http = side_switch(side, "plain-http"),
                                  .tls = tls_options(host, side),
                                  .realm_hosts = realm_hosts(side),
                                  .note = [this](std::string_view text) { note(text); }};
    return client::open_remote_registry(
        std::move(options), {transport(), credentials, invocation_.surroundings.clock, stop()});
}

void Session::verify(const std::string& host, const registry::Credential& credential) {
    registry::StaticCredential credentials(host, credential);
    open_remote(host, Side::only, credentials)->ping();
}

registry::Registry& Session::registry(const std::string& host, Side side) {
    auto& remote = remotes_[{host, side}];
    if (remote) return *remote->registry;
    auto made = std::make_unique<Remote>();
    if (auto credential = flag_credential(side)) {
        made->credentials =
            std::make_unique<registry::StaticCredential>(host, std::move(*credential));
    } else {
        made->credentials = std::make_unique<auth::DockerCredentials>(credential_environment(),
                                                                      auth::real_helper());
    }
    made->registry = open_remote(host, side, *made->credentials);
    remote = std::move(made);
    return *remote->registry;
}

std::unique_ptr<registry::Repository> Session::source(const Location& location, Side side) {
    switch (location.kind) {
        case Location::Kind::layout:
            return store::open_layout(location.path, false);
        case Location::Kind::archive:
            return store::open_layout_archive(location.path);
        default:
            break;
    }
    return registry(location.reference.registry, side).repository(location.reference.repository);
}

std::unique_ptr<registry::Repository> Session::destination(const Location& location, Side side) {
    if (location.kind == Location::Kind::archive) {
        throw Error(ErrorCode::usage, "an archive cannot be added to");
    }
    if (location.kind == Location::Kind::layout) return store::open_layout(location.path, true);
    return registry(location.reference.registry, side).repository(location.reference.repository);
}

std::filesystem::path Session::store_directory() const {
    if (const auto directory = invocation_.line.value("store")) return *directory;
    return default_store(invocation_.environment());
}

store::Store& Session::store() {
    if (!store_) store_ = store::Store::open(store_directory());
    return *store_;
}

auth::CredentialEnvironment Session::credential_environment() const {
    return cli::credential_environment(invocation_.environment(),
                                       invocation_.line.value("authfile").value_or(""));
}

Secret Session::password(Side side, const std::string& user) {
    auto& surroundings = invocation_.surroundings;
    if (side_switch(side, "password-stdin")) {
        auto text = surroundings.console.read_input();
        while (text.ends_with('\n') || text.ends_with('\r')) text.pop_back();
        return Secret(std::move(text));
    }
    if (auto text = side_value(side, "password")) {
        surroundings.console.warn(
            "a password on the command line can be read by others on this machine; "
            "--password-stdin cannot");
        return Secret(std::move(*text));
    }
    auto secret =
        surroundings.ask_secret
            ? surroundings.ask_secret(fmt::format("Password for {}: ", berth::quoted(user)))
            : Secret();
    if (!secret.empty()) return secret;
    throw Error(ErrorCode::usage, "no password was given")
        .set_hint("pipe it in with --password-stdin");
}

std::optional<registry::Credential> Session::flag_credential(Side side) {
    const auto user = side_value(side, "username");
    if (!user) {
        const bool password = side_switch(side, "password") || side_switch(side, "password-stdin");
        if (!password) return std::nullopt;
        throw Error(ErrorCode::usage, "a password needs a user name").set_hint("add --username");
    }
    registry::Credential credential;
    credential.user = *user;
    credential.password = password(side, *user);
    return credential;
}

void Session::note(std::string_view text) {
    if (display_ && notes_) return notes_->note(text);
    invocation_.console().inform(text);
}

std::unique_ptr<registry::Progress> Session::progress() {
    if (!display_) {
        display_ = std::make_unique<ProgressDisplay>(invocation_.progress, invocation_.console(),
                                                     invocation_.surroundings.clock);
        notes_ = display_->part();
        display_->start();
    }
    return display_->part();
}

std::size_t Session::jobs() const {
    return static_cast<std::size_t>(invocation_.line.number("jobs", 4, 1, 32));
}

} // namespace berth::cli
