#include "cli/management.hpp"

#include "base/text.hpp"
#include "cli/transport.hpp"

#include <fmt/format.h>

namespace berth::cli {
namespace {

constexpr std::size_t registries_at_once = 50;

std::string with_query(const std::string& path, std::string_view key, std::string_view value) {
    std::string query;
    net::add_query(query, key, value);
    return path + (path.find('?') == std::string::npos ? '?' : '&') + query;
}

/// Of the flag or the last login.
ServerLogin kept_login(const Invocation& invocation, const std::optional<std::string>& named) {
    const auto logins = read_server_file(server_file(invocation.environment()));
    const auto url = named ? server_url(*named) : logins.current;
    if (url.empty())
        throw Error(ErrorCode::usage, "no Berth server is named")
            .set_hint("berth login --api URL, or --server URL");
    if (const auto* known = logins.find(url)) return *known;
    throw Error(ErrorCode::unauthorized, fmt::format("there is no login for {}", url))
        .set_hint(fmt::format("berth login --api {}", url));
}

} // namespace

std::vector<Flag> server_flags() {
    const std::string group = "Server options";
    return {{.name = "server",
             .value = "URL",
             .help = "Berth server; otherwise the one of the last login",
             .group = group,
             .variable = "BERTH_SERVER"},
            {.name = "server-ca-file",
             .value = "FILE",
             .help = "certificate authorities (PEM) for the server, in place of the login's",
             .group = group,
             .variable = "BERTH_SERVER_CA_FILE"},
            {.name = "trace-http",
             .value = "",
             .help = "one line per request and response on stderr, without secrets",
             .group = group}};
}

ServerLogin chosen_login(const Invocation& invocation) {
    const auto named = invocation.line.value("server");
    const auto key = invocation.environment().get("BERTH_API_KEY");
    ServerLogin login;
    if (key.empty()) {
        login = kept_login(invocation, named);
    } else if (named) {
        login = {
            .url = server_url(*named), .proof = ServerLogin::Proof::api_key, .secret = Secret(key)};
    } else {
        throw Error(ErrorCode::usage, "BERTH_API_KEY is set, but not which server it is for")
            .set_hint("set BERTH_SERVER too, or add --server URL");
    }
    if (auto file = invocation.line.value("server-ca-file")) login.tls.ca_file = std::move(*file);
    return login;
}

std::string RegistryName::path(std::string_view rest) const {
    return fmt::format("/v1/registries/oci/{}{}", net::percent_encode(uid), rest);
}

Management::Management(Invocation& invocation) : Management(invocation, chosen_login(invocation)) {}

Management::Management(Invocation& invocation, ServerLogin login)
    : invocation_(invocation),
      transport_(transport_of(invocation)),
      client_(std::make_unique<ApiClient>(*transport_, std::move(login),
                                          invocation.surroundings.stop)) {}

std::vector<RegistryName> Management::registries() {
    std::vector<RegistryName> all;
    for (const auto& item : list_at(api().get("/v1/registries/oci/summary").body, "items"))
        all.push_back({.uid = text_at(item, "metadata.uid"),
                       .name = text_at(item, "metadata.name"),
                       .type = text_at(item, "spec.registryType")});
    return all;
}

RegistryName Management::registry(std::string_view name_or_uid) {
    for (auto& each : registries()) {
        if (each.uid == name_or_uid || equals_ignoring_case(each.name, name_or_uid))
            return std::move(each);
    }
    throw Error(ErrorCode::not_found, fmt::format("there is no registry {} at {}",
                                                  berth::quoted(name_or_uid), api().url()))
        .set_hint("berth registry ls lists them");
}

RegistryName Management::content(std::string_view name_or_uid) {
    const auto embedded = embedded_registry();
    if (name_or_uid != embedded.name) return registry(name_or_uid);
    try {
        return registry(name_or_uid);
    } catch (const Error& error) {
        if (error.code() != ErrorCode::not_found) throw;
        return embedded;
    }
}

json::Array Management::items(const std::string& path, std::uint64_t limit) {
    json::Array all;
    std::string next;
    do {
        auto page_path = with_query(path, "limit", std::to_string(registries_at_once));
        if (!next.empty()) page_path = with_query(page_path, "continue", next);
        const auto page = api().get(page_path).body;
        for (auto& each : list_at(page, "items")) {
            if (all.size() == limit) {
                invocation_.console().warn(
                    fmt::format("there are more than {}: raise --limit", limit));
                return all;
            }
            all.push_back(std::move(each));
        }
        const auto follows = text_at(page, "listmeta.continue");
        if (follows == next) break; // a page that leads to itself
        next = follows;
    } while (!next.empty());
    return all;
}

RegistryName embedded_registry() {
    return {.uid = "embedded", .name = "embedded", .type = ""};
}

Secret read_secret(Invocation& invocation, std::string_view stdin_flag, std::string_view prompt) {
    Secret secret;
    if (invocation.line.has(stdin_flag)) {
        auto text = invocation.console().read_input();
        while (text.ends_with('\n') || text.ends_with('\r')) text.pop_back();
        secret = Secret(std::move(text));
    } else if (invocation.surroundings.ask_secret) {
        secret = invocation.surroundings.ask_secret(prompt);
    }
    if (!secret.empty()) return secret;
    throw Error(ErrorCode::usage, invocation.line.has(stdin_flag)
                                      ? fmt::format("--{}: standard input is empty", stdin_flag)
                                      : fmt::format("--{} is missing, and there is no terminal "
                                                    "to ask on",
                                                    stdin_flag))
        .set_hint(fmt::format("pipe it in: … --{} < FILE", stdin_flag));
}

std::string text_at(const json::Value& value, std::string_view path) {
    std::vector<std::string> names;
    for (const auto name : split(path, '.')) names.emplace_back(name);
    const auto* found = find_path(value, names);
    return found ? plain_text(*found) : "";
}

json::Array list_at(const json::Value& value, std::string_view key) {
    const auto* object = value.if_object();
    const auto* found = object ? object->if_contains(key) : nullptr;
    return found && found->is_array() ? found->as_array() : json::Array();
}

} // namespace berth::cli
