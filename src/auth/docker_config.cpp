#include "auth/docker_config.hpp"

#include "auth/config_document.hpp"
#include "auth/config_key.hpp"
#include "base/file.hpp"
#include "base/text.hpp"

#include <fmt/format.h>
#include <set>
#include <variant>

namespace berth::auth {
namespace {

namespace fs = std::filesystem;

/// One place to look: a variable with text in it, or a file.
struct Place {
    std::string name;
    std::string text = {};
    fs::path file = {};
};

/// What one place gave, and why.
struct Answer {
    std::optional<registry::Credential> credential;
    std::string outcome;
};

fs::path docker_config_file(const CredentialEnvironment& environment) {
    if (!environment.docker_config.empty()) {
        return fs::path(environment.docker_config) / "config.json";
    }
    if (environment.home.empty()) return {};
    return fs::path(environment.home) / ".docker" / "config.json";
}

fs::path config_home(const CredentialEnvironment& environment) {
    if (!environment.xdg_config_home.empty()) return environment.xdg_config_home;
    if (environment.home.empty()) return {};
    return fs::path(environment.home) / ".config";
}

fs::path runtime_file(const CredentialEnvironment& environment) {
    if (!environment.xdg_runtime_dir.empty()) {
        return fs::path(environment.xdg_runtime_dir) / "containers" / "auth.json";
    }
    if (environment.user_id.empty()) return {};
    return fs::path("/run/containers") / environment.user_id / "auth.json";
}

fs::path helm_file(const CredentialEnvironment& environment) {
    if (!environment.helm_registry_config.empty()) return environment.helm_registry_config;
    const auto home = config_home(environment);
    return home.empty() ? fs::path() : home / "helm" / "registry" / "config.json";
}

std::vector<Place> places(const CredentialEnvironment& environment) {
    std::vector<Place> list = {{"BERTH_REGISTRY_AUTH", environment.berth_registry_auth},
                               {"DOCKER_AUTH_CONFIG", environment.docker_auth_config}};
    const auto add = [&](const fs::path& file) {
        if (!file.empty()) list.push_back({file.string(), {}, file});
    };
    if (!environment.authfile.empty()) {
        add(environment.authfile);
        return list;
    }
    add(runtime_file(environment));
    if (const auto home = config_home(environment); !home.empty()) {
        add(home / "containers" / "auth.json");
    }
    add(docker_config_file(environment));
    add(helm_file(environment));
    return list;
}

std::string helper_address(std::string_view key) {
    return std::string(key == "docker.io" ? docker_hub_key : key);
}

/// Reads what a helper prints for `get`. Docker marks identity tokens by the user "<token>".
registry::Credential read_helper_answer(std::string_view helper, const std::string& output) {
    const auto value = json::parse(output);
    const auto bad = [&] {
        // neither the text nor the reason a parser gives for it: both may show the secret
        return Error(
            ErrorCode::content_invalid,
            fmt::format("docker-credential-{} get answered what is no credential", helper));
    };
    if (value.has_error() || !value->is_object()) throw bad();
    const auto text = [&](std::string_view key) {
        const auto* member = value->as_object().if_contains(key);
        if (!member || !member->is_string()) throw bad();
        return std::string(member->as_string());
    };
    registry::Credential credential;
    credential.user = text("Username");
    Secret secret(text("Secret"));
    if (credential.user == "<token>") {
        credential.user.clear();
        credential.identity_token = std::move(secret);
    } else {
        credential.password = std::move(secret);
    }
    return credential;
}

/// Looks in one document; the helpers that it names are asked too.
class Lookup {
public:
    Lookup(const ConfigDocument& document, const RunHelper& run_helper)
        : document_(document), run_helper_(run_helper) {}

    Answer find(const std::vector<std::string>& keys) {
        for (const auto& key : keys) {
            if (auto credential = ask_helper(key)) return used(*credential, key, helper_name(key));
            if (auto credential = document_.credential(key)) return used(*credential, key, "");
        }
        if (!skipped_.empty()) return {std::nullopt, "skipped: " + skipped_};
        return {std::nullopt, fmt::format("skipped: no entry for {}", keys.back())};
    }

private:
    /// The helper that answers for `key`: its own, or the store of the whole file, which is asked
    /// for hosts and for longer keys that a login has left an entry for.
    std::string helper_name(const std::string& key) const {
        if (const auto own = document_.helper(key)) return *own;
        const bool host_only = key.find('/') == key.npos;
        const auto store = document_.store();
        return store && (host_only || document_.lists(key)) ? *store : "";
    }

    std::optional<registry::Credential> ask_helper(const std::string& key) {
        const auto helper = helper_name(key);
        if (helper.empty()) return std::nullopt;
        try {
            return read_helper_answer(helper, run_helper_(helper, "get", helper_address(key)));
        } catch (const Error& error) {
            // a mounted file often names a helper that is installed elsewhere only
            const bool absent =
                error.code() == ErrorCode::not_found || error.code() == ErrorCode::unsupported;
            if (!absent) throw;
            skipped_ = error.message();
            return std::nullopt;
        }
    }

    static Answer used(registry::Credential credential, std::string_view key,
                       std::string_view helper) {
        const auto who = credential.user.empty() ? std::string("a token")
                                                 : "user " + berth::quoted(credential.user);
        auto outcome = fmt::format("used: {} for key {}", who, key);
        if (!helper.empty()) outcome += fmt::format(", from docker-credential-{}", helper);
        return {std::move(credential), std::move(outcome)};
    }

    const ConfigDocument& document_;
    const RunHelper& run_helper_;
    std::string skipped_;
};

/// The document at `place`, or why there is none to look in.
std::variant<ConfigDocument, std::string> open(const Place& place) {
    std::string text = place.text;
    if (!place.file.empty()) {
        try {
            text = read_file(place.file, config_limit);
        } catch (const Error& error) {
            if (error.code() != ErrorCode::not_found) throw;
            return "skipped: file does not exist";
        }
    } else if (text.empty()) {
        return "skipped: not set";
    }
    auto document = ConfigDocument::parse(text);
    if (document.has_error()) throw document.error();
    return std::move(*document);
}

Answer ask(const Place& place, const std::vector<std::string>& keys, const RunHelper& run_helper) {
    try {
        auto opened = open(place);
        if (auto* why = std::get_if<std::string>(&opened)) return {std::nullopt, *why};
        return Lookup(std::get<ConfigDocument>(opened), run_helper).find(keys);
    } catch (Error& error) {
        error.add_context("credentials in " + place.name);
        throw;
    }
}

} // namespace

std::vector<std::string> known_registries(const CredentialEnvironment& environment) {
    std::set<std::string> keys;
    for (const auto& place : places(environment)) {
        try {
            auto opened = open(place);
            if (const auto* document = std::get_if<ConfigDocument>(&opened)) {
                for (auto& key : document->keys()) keys.insert(std::move(key));
            }
        } catch (const Error&) {
            continue; // `auth explain` tells what is wrong with it
        }
    }
    return {keys.begin(), keys.end()};
}

DockerCredentials::DockerCredentials(CredentialEnvironment environment, RunHelper run_helper)
    : environment_(std::move(environment)), run_helper_(std::move(run_helper)) {}

std::optional<registry::Credential> DockerCredentials::credential_for(std::string_view registry,
                                                                      std::string_view repository) {
    const auto keys = candidate_keys(registry, repository);
    for (const auto& place : places(environment_)) {
        if (auto answer = ask(place, keys, run_helper_); answer.credential) {
            return answer.credential;
        }
    }
    return std::nullopt;
}

std::vector<SourceReport> DockerCredentials::explain(std::string_view registry,
                                                     std::string_view repository) {
    const auto keys = candidate_keys(registry, repository);
    std::vector<SourceReport> reports;
    bool found = false;
    for (const auto& place : places(environment_)) {
        SourceReport report{place.name, "", false};
        try {
            auto answer = ask(place, keys, run_helper_);
            report.used = answer.credential && !found;
            report.outcome = std::move(answer.outcome);
            if (answer.credential && found) {
                report.outcome.replace(0, 5, "not used, an earlier source has one:");
            }
            found = found || report.used;
        } catch (const Error& error) {
            report.outcome = fmt::format("broken: {}", error.message());
        }
        reports.push_back(std::move(report));
    }
    return reports;
}

} // namespace berth::auth
