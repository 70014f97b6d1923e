#include "auth/config_document.hpp"
#include "auth/config_key.hpp"
#include "auth/docker_config.hpp"
#include "base/file.hpp"

#include <fmt/format.h>

namespace berth::auth {
namespace {

namespace fs = std::filesystem;

/// A file kept elsewhere and linked here (dotfiles) stays a link: its target is replaced.
fs::path real_file(const fs::path& file) {
    std::error_code failed;
    auto target = fs::canonical(file, failed);
    return failed ? file : target;
}

ConfigDocument read_document(const fs::path& file) {
    std::string text;
    try {
        text = read_file(file, config_limit);
    } catch (const Error& error) {
        if (error.code() != ErrorCode::not_found) throw;
    }
    auto document = ConfigDocument::parse(text);
    if (document.has_error()) {
        Error error = document.error();
        throw error.add_context(file.string());
    }
    return std::move(*document);
}

void write_document(const fs::path& file, const ConfigDocument& document) {
    if (const auto directory = file.parent_path(); !directory.empty()) {
        std::error_code failed;
        if (fs::create_directories(directory, failed)) {
            fs::permissions(directory, fs::perms::owner_all, failed);
        }
        if (failed) throw system_error("creating " + directory.string(), failed.value());
    }
    replace_file(file, document.text(), 0600);
}

/// The helper that keeps the secret for `key`: the one for it, for its host, or for the file.
std::optional<std::string> helper_for(const ConfigDocument& document, std::string_view key) {
    if (auto helper = document.helper(key)) return helper;
    if (auto helper = document.helper(host_of_key(key))) return helper;
    return document.store();
}

/// docker finds Docker Hub under its old key only, podman and skopeo in their own files under the
/// host's name.
std::string spelling(const fs::path& file, const std::string& key) {
    const bool dockers_own = file.filename() == "config.json";
    return dockers_own && key == "docker.io" ? std::string(docker_hub_key) : key;
}

std::string helper_input(std::string_view address, const registry::Credential& credential) {
    const bool token = !credential.identity_token.empty();
    json::Object input;
    input["ServerURL"] = address;
    input["Username"] = token ? "<token>" : credential.user;
    input["Secret"] = token ? credential.identity_token.reveal() : credential.password.reveal();
    return json::write(input);
}

std::string checked_key(std::string_view key) {
    auto normalised = normalised_key(key);
    if (normalised.empty()) throw Error(ErrorCode::usage, "no registry host to log in to");
    return normalised;
}

} // namespace

fs::path login_file(const CredentialEnvironment& environment) {
    if (!environment.authfile.empty()) return environment.authfile;
    if (!environment.docker_config.empty()) {
        return fs::path(environment.docker_config) / "config.json";
    }
    if (environment.home.empty()) {
        throw Error(ErrorCode::usage, "no place to keep the login: HOME is not set")
            .set_hint("set DOCKER_CONFIG or HOME, or pass --authfile FILE");
    }
    return fs::path(environment.home) / ".docker" / "config.json";
}

void store_login(const fs::path& file, std::string_view key, const registry::Credential& credential,
                 const RunHelper& run_helper) {
    const auto target = real_file(file);
    const auto normalised = checked_key(key);
    auto document = read_document(target);
    const auto written = spelling(file, normalised);
    if (const auto helper = helper_for(document, normalised)) {
        const auto address = normalised == "docker.io" ? std::string(docker_hub_key) : normalised;
        run_helper(*helper, "store", helper_input(address, credential));
        document.set(written, {});
    } else {
        document.set(written, credential);
    }
    write_document(target, document);
}

bool erase_login(const fs::path& file, std::string_view key, const RunHelper& run_helper) {
    const auto target = real_file(file);
    const auto normalised = checked_key(key);
    auto document = read_document(target);
    bool erased = false;
    if (const auto helper = helper_for(document, normalised)) {
        const auto address = normalised == "docker.io" ? std::string(docker_hub_key) : normalised;
        try {
            run_helper(*helper, "erase", address);
            erased = document.lists(normalised);
        } catch (const Error& error) {
            const bool absent =
                error.code() == ErrorCode::not_found || error.code() == ErrorCode::unsupported;
            if (!absent) throw;
        }
    }
    if (!document.remove(normalised)) return erased;
    write_document(target, document);
    return true;
}

} // namespace berth::auth
