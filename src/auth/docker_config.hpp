// Credentials as docker, podman, skopeo, helm and oras keep them: config.json and auth.json.
#pragma once

#include "registry/credentials.hpp"

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace berth::auth {

/// Runs a credential helper (docker-credential-NAME VERB) with `input` on its stdin and returns
/// its stdout. 64 KiB and 30 s at most. Errors: not_found if the helper has nothing for what was
/// asked, unsupported if no such program is installed, content_invalid for a name that is none,
/// timeout, limit_exceeded, unauthorized for a failure of the helper's own.
using RunHelper = std::function<std::string(std::string_view name, std::string_view verb,
                                            const std::string& input)>;
RunHelper real_helper();

/// What the environment says, read once by the caller. Empty means not set.
struct CredentialEnvironment {
    std::string berth_registry_auth = {}; ///< docker-config JSON
    std::string docker_auth_config = {};  ///< docker-config JSON
    std::string authfile = {};            ///< --authfile, else REGISTRY_AUTH_FILE: then only that
    std::string xdg_runtime_dir = {};
    std::string xdg_config_home = {};
    std::string docker_config = {}; ///< DOCKER_CONFIG
    std::string home = {};
    std::string helm_registry_config = {}; ///< HELM_REGISTRY_CONFIG
    /// Number of the user, for /run/containers/UID/auth.json where XDG_RUNTIME_DIR is not set.
    std::string user_id = {};
};

/// What one source said, for `berth auth explain`.
struct SourceReport {
    std::string source;  ///< path or variable
    std::string outcome; ///< "used: user robot for key host/ns", "skipped: file does not exist"
    bool used = false;
};

/// The look-up order of `berth help credentials` (reference/ux.md 2.4), first hit wins, longest
/// key first (host/ns/repo, host/ns, host; Docker Hub's old key too).
class DockerCredentials final : public registry::CredentialProvider {
public:
    DockerCredentials(CredentialEnvironment environment, RunHelper run_helper);

    /// Stops at the first source with an answer; a broken file in front of it is an Error that
    /// names the file.
    std::optional<registry::Credential> credential_for(std::string_view registry,
                                                       std::string_view repository) override;
    /// Asks every source in order and says what each gave and why.
    std::vector<SourceReport> explain(std::string_view registry, std::string_view repository);

private:
    CredentialEnvironment environment_;
    RunHelper run_helper_;
};

/// Registries and namespaces that the files and variables name, normalised, each once. What cannot
/// be read is left out.
std::vector<std::string> known_registries(const CredentialEnvironment& environment);

/// Where login writes: --authfile / REGISTRY_AUTH_FILE, else Docker's config.json.
std::filesystem::path login_file(const CredentialEnvironment& environment);

/// Stores (through credHelpers or credsStore where the file names one, else in `auths`), mode
/// 0600, atomically, keeping unknown members. `key` is a host or host/namespace.
void store_login(const std::filesystem::path& file, std::string_view key,
                 const registry::Credential& credential, const RunHelper& run_helper);
/// Removes; false if there was nothing.
bool erase_login(const std::filesystem::path& file, std::string_view key,
                 const RunHelper& run_helper);

} // namespace berth::auth
