// ServerFile: the Berth servers whose management API somebody logged in to, in a file of Berth's
// own.
#pragma once

#include "base/secret.hpp"
#include "cli/environment.hpp"
#include "net/http.hpp"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace berth::cli {

/// One login, good at the one origin that `url` is.
struct ServerLogin {
    enum class Proof { session, api_key };
    std::string url; ///< "https://berth.example:8443", without a slash at the end
    std::string user = {};
    Proof proof = Proof::session;
    Secret secret = {};    ///< of a session, or the key
    std::string csrf = {}; ///< what a session shows with each change
    net::TlsOptions tls = {};
};

struct ServerLogins {
    std::string current = {}; ///< url of the last login, "" for none
    std::vector<ServerLogin> all = {};

    const ServerLogin* find(std::string_view url) const;
    /// Replaces the login of the same url, and makes it the current one.
    void put(ServerLogin login);
    /// False if there was none.
    bool remove(std::string_view url);
};

/// $XDG_CONFIG_HOME/berth/servers.json, else ~/.config/berth/servers.json. Error usage without a
/// home.
std::filesystem::path server_file(const Environment& environment);

/// Nothing for a file that is missing. Error usage for one that others can read or that is not
/// what write_server_file() writes.
ServerLogins read_server_file(const std::filesystem::path& file);
/// With mode 0600, at once and durably; the directory is made if needed.
void write_server_file(const std::filesystem::path& file, const ServerLogins& logins);

/// A server's address as it is kept: https:// where no scheme was written, no slash at the end.
/// Error usage for what is no address, and for one with a path.
std::string server_url(std::string_view text);

} // namespace berth::cli
