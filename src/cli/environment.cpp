#include "cli/environment.hpp"

namespace berth::cli {
namespace {

std::string first_of(const Environment& environment,
                     std::initializer_list<std::string_view> names) {
    for (const auto name : names) {
        if (auto value = environment.get(name); !value.empty()) return value;
    }
    return "";
}

} // namespace

std::string Environment::get(std::string_view name) const {
    const auto found = variables.find(name);
    return found == variables.end() ? "" : found->second;
}

std::filesystem::path default_store(const Environment& environment) {
    std::filesystem::path data = environment.get("XDG_DATA_HOME");
    if (data.empty()) {
        const auto home = environment.get("HOME");
        if (home.empty()) {
            throw Error(ErrorCode::usage, "no place for the store: HOME is not set")
                .set_hint("pass --store DIR or set BERTH_STORE");
        }
        data = std::filesystem::path(home) / ".local" / "share";
    }
    return data / "berth" / "store";
}

auth::CredentialEnvironment credential_environment(const Environment& environment,
                                                   const std::string& authfile) {
    return {.berth_registry_auth = environment.get("BERTH_REGISTRY_AUTH"),
            .docker_auth_config = environment.get("DOCKER_AUTH_CONFIG"),
            .authfile = authfile.empty() ? environment.get("REGISTRY_AUTH_FILE") : authfile,
            .xdg_runtime_dir = environment.get("XDG_RUNTIME_DIR"),
            .xdg_config_home = environment.get("XDG_CONFIG_HOME"),
            .docker_config = environment.get("DOCKER_CONFIG"),
            .home = environment.get("HOME"),
            .helm_registry_config = environment.get("HELM_REGISTRY_CONFIG"),
            .user_id = std::to_string(environment.user_id)};
}

void set_proxies(net::CurlOptions& options, const Environment& environment) {
    options.http_proxy = first_of(environment, {"http_proxy", "all_proxy", "ALL_PROXY"});
    options.https_proxy =
        first_of(environment, {"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"});
    options.no_proxy = first_of(environment, {"no_proxy", "NO_PROXY"});
}

} // namespace berth::cli
