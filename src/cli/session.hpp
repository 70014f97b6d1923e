// Session: the long-lived objects of one command, made when they are first asked for.
//
// Here the flags become a transport, credentials, registries and a store. Everything that is
// handed out lives as long as the session.
#pragma once

#include "auth/docker_config.hpp"
#include "cli/invocation.hpp"
#include "cli/location.hpp"
#include "cli/progress_display.hpp"
#include "net/http.hpp"
#include "registry/repository.hpp"
#include "store/store.hpp"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace berth::cli {

/// Which flags a registry is reached with: "--ca-file", or "--src-ca-file" before it.
enum class Side { only, source, destination };

class Session {
public:
    explicit Session(Invocation& invocation);
    ~Session();
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    registry::Registry& registry(const std::string& host, Side side = Side::only);

    /// A repository to read from: remote, layout or archive.
    std::unique_ptr<registry::Repository> source(const Location& location, Side side = Side::only);
    /// A repository to write to; an archive is Error usage, since it is written in one go.
    std::unique_ptr<registry::Repository> destination(const Location& location,
                                                      Side side = Side::only);

    /// --store, created if needed.
    store::Store& store();
    std::filesystem::path store_directory() const;

    /// --authfile and the environment.
    auth::CredentialEnvironment credential_environment() const;

    /// Asks --username, --password, --password-stdin and the terminal, in this order; nothing
    /// without a user name. REQUIRES: called once per side.
    std::optional<registry::Credential> flag_credential(Side side);

    /// Asks the registry whether it accepts `credential`. Throws unauthorized if not.
    void verify(const std::string& host, const registry::Credential& credential);

    /// A watcher for one piece of work.
    std::unique_ptr<registry::Progress> progress();
    /// Removes the bars before data is printed.
    void end_progress() { display_.reset(); }

    std::stop_token stop() const { return invocation_.surroundings.stop; }
    std::size_t jobs() const;

private:
    struct Remote;
    std::optional<std::string> side_value(Side side, std::string_view flag) const;
    std::vector<std::string> realm_hosts(Side side) const;
    bool side_switch(Side side, std::string_view flag) const;
    net::TlsOptions tls_options(const std::string& host, Side side) const;
    std::unique_ptr<registry::Registry> open_remote(const std::string& host, Side side,
                                                    registry::CredentialProvider& credentials);
    net::HttpTransport& transport();
    void note(std::string_view text);
    Secret password(Side side, const std::string& user);

    Invocation& invocation_;
    std::unique_ptr<ProgressDisplay> display_;
    std::unique_ptr<registry::Progress> notes_;
    std::unique_ptr<net::HttpTransport> transport_;
    std::map<std::pair<std::string, Side>, std::unique_ptr<Remote>> remotes_;
    std::unique_ptr<store::Store> store_;
};

} // namespace berth::cli
