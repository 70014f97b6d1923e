// Environment: all that the command line takes from the process it runs in.
#pragma once

#include "auth/docker_config.hpp"
#include "net/http.hpp"

#include <filesystem>
#include <map>
#include <string>
#include <string_view>

namespace berth::cli {

struct Environment {
    std::map<std::string, std::string, std::less<>> variables;
    unsigned user_id = 0;

    /// "" if it is not set.
    std::string get(std::string_view name) const;
};

/// $XDG_DATA_HOME/berth/store, else ~/.local/share/berth/store. Error usage without a home.
std::filesystem::path default_store(const Environment& environment);

/// What credential look-up needs; `authfile` is --authfile, which goes before REGISTRY_AUTH_FILE.
auth::CredentialEnvironment credential_environment(const Environment& environment,
                                                   const std::string& authfile);

/// Proxies as curl reads them: http_proxy, https_proxy, all_proxy, no_proxy; in capitals too,
/// but for HTTP_PROXY, which a CGI request could set.
void set_proxies(net::CurlOptions& options, const Environment& environment);

} // namespace berth::cli
