#include "auth/config_key.hpp"
#include "base/text.hpp"
#include "cli/registry_flags.hpp"
#include "cli/server_login.hpp"
#include "cli/session.hpp"
#include "cli/table.hpp"

#include <fmt/format.h>

namespace berth::cli {
namespace {

/// What a person may write for a registry, as the key that its credentials are kept under.
std::string key_of(const std::string& text) {
    auto key = auth::normalised_key(text);
    const auto host = auth::host_of_key(key);
    const auto probe = oci::Reference::parse(fmt::format("{}/x", host));
    if (key.empty() || probe.has_error()) {
        throw Error(ErrorCode::usage, fmt::format("{} is no registry: HOST or HOST:PORT, with "
                                                  "/NAMESPACE if wanted",
                                                  berth::quoted(text)));
    }
    return key;
}

Report report(const std::string& registry, const std::string& user,
              const std::filesystem::path& file, bool changed) {
    return {
        json::Object{
            {"registry", registry}, {"user", user}, {"file", file.string()}, {"changed", changed}},
        {{Section::Shape::card,
          "",
          {{"Registry", "registry"}, {"User", "user"}, {"File", "file"}}}},
        "registry"};
}

int login(Invocation& invocation) {
    if (invocation.line.has("api")) return log_in_to_server(invocation);
    if (invocation.line.has("api-key-stdin"))
        throw Error(ErrorCode::usage, "--api-key-stdin is for the management API")
            .set_hint("add --api");
    const auto key = key_of(invocation.line.argument(0));
    const std::string host(auth::host_of_key(key));
    if (!invocation.line.has("username")) {
        throw Error(ErrorCode::usage, "login needs a user name")
            .set_hint(fmt::format("berth login {} -u USER --password-stdin", key));
    }
    Session session(invocation);
    auto credential = session.flag_credential(Side::only);
    const auto file = auth::login_file(session.credential_environment());
    session.verify(host, *credential);
    auth::store_login(file, key, *credential, auth::real_helper());
    invocation.console().inform(fmt::format("Logged in to {}.", key));
    invocation.print(report(key, credential->user, file, true));
    return 0;
}

int logout(Invocation& invocation) {
    if (invocation.line.has("api")) return log_out_of_server(invocation);
    const auto key = key_of(invocation.line.argument(0));
    Session session(invocation);
    const auto file = auth::login_file(session.credential_environment());
    const bool erased = auth::erase_login(file, key, auth::real_helper());
    if (!erased) invocation.console().warn(fmt::format("there was no login for {}", key));
    invocation.print(report(key, "", file, erased));
    return 0;
}

int auth_explain(Invocation& invocation) {
    const auto& text = invocation.line.argument(0);
    const auto key = key_of(text);
    const std::string host(auth::host_of_key(key));
    const auto repository = key.size() > host.size() ? key.substr(host.size() + 1) : "";
    Session session(invocation);
    auth::DockerCredentials credentials(session.credential_environment(), auth::real_helper());
    json::Array rows;
    bool used = false;
    for (const auto& source : credentials.explain(host, repository)) {
        used = used || source.used;
        rows.push_back(json::Object{
            {"source", source.source}, {"outcome", source.outcome}, {"used", source.used}});
    }
    rows.push_back(json::Object{{"source", "anonymous"},
                                {"outcome", used ? "not used, a source has a credential" : "used"},
                                {"used", !used}});
    invocation.print({std::move(rows),
                      {{Section::Shape::rows, "", {{"SOURCE", "source"}, {"OUTCOME", "outcome"}}}},
                      "source"});
    return 0;
}

} // namespace

Command login_command() {
    return {
        .name = "login",
        .summary = "Store credentials for a registry",
        .description =
            "Tries the credentials at the registry first and stores them if it accepts them, "
            "in Docker's config.json, where docker, podman, helm and oras find them too.\n\n"
            "With --api it logs in to the management API of a Berth server, for berth registry, "
            "berth chart and berth key. That login is kept in Berth's own servers.json and is "
            "shown to that server alone.",
        .examples = {{"with the password from a file, for one namespace",
                      "berth login registry.example/team -u robot --password-stdin < token"},
                     {"with a prompt", "berth login ghcr.io -u octocat"},
                     {"at the management API of a Berth server",
                      "berth login --api https://berth.example -u admin"}},
        .arguments = {{.name = "HOST",
                       .help = "registry, with a scheme or namespace if wanted; with --api the "
                               "server's address"}},
        .flags = joined({registry_flags(), api_login_flags()}),
        .run = login};
}

Command logout_command() {
    return {.name = "logout",
            .summary = "Remove credentials of a registry",
            .description =
                "Removes what berth login, docker login or helm registry login stored. With --api "
                "it ends the session at a Berth server too.",
            .examples = {{"from Docker's file", "berth logout registry.example:5000"},
                         {"from another file",
                          "berth logout --authfile ./auth.json registry.example:5000"},
                         {"from the management API of a Berth server",
                          "berth logout --api https://berth.example"}},
            .arguments = {{.name = "HOST",
                           .help = "registry, with a namespace if wanted; with --api the server's "
                                   "address"}},
            .flags = {{.name = "authfile",
                       .value = "FILE",
                       .help = "credentials file, in place of Docker's [REGISTRY_AUTH_FILE]"},
                      {.name = "api",
                       .value = "",
                       .help = "log out of the management API of a Berth server"}},
            .run = logout};
}

Command auth_explain_command() {
    return {.name = "auth explain",
            .summary = "Show where credentials for a registry come from",
            .description =
                "Goes through every source in order and says why it was used or "
                "skipped. Secrets are never shown.",
            .examples = {{"for a registry", "berth auth explain registry.example:5000"},
                         {"for a repository, which may have its own",
                          "berth auth explain registry.example:5000/team/app"},
                         {"as JSON", "berth auth explain -o json ghcr.io"}},
            .arguments = {{.name = "HOST", .help = "registry, with a repository if wanted"}},
            .flags = {{.name = "authfile",
                       .value = "FILE",
                       .help = "credentials file, in place of all others [REGISTRY_AUTH_FILE]"}},
            .run = auth_explain};
}

} // namespace berth::cli
