#include "api/browse_commands.hpp"

#include "chart/chart.hpp"
#include "oci/reference.hpp"
#include "registration/name.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace berth::api {
namespace {

using registration::ContentKind;

/// {0}: host, prefix, repository and ":tag" or "@digest"; {1}: the option for plain HTTP with a
/// space behind it, or nothing; {2}: a file name.
struct Client {
    std::string_view name;
    std::string_view command;
    std::string_view plain_http;
};

// Docker and crictl have no option for plain HTTP: the configuration of what they talk to names
// such registries.
constexpr std::array image_clients{
    Client{"docker", "docker pull {0}", ""},
    Client{"podman", "podman pull {1}{0}", "--tls-verify=false "},
    Client{"crictl", "crictl pull {0}", ""},
    Client{"skopeo", "skopeo copy {1}docker://{0} oci:{2}", "--src-tls-verify=false "},
    Client{"crane", "crane pull {1}{0} {2}.tar", "--insecure "},
    Client{"berth", "berth pull {1}{0}", "--plain-http "},
};
constexpr std::array artifact_clients{
    Client{"oras", "oras pull {1}{0}", "--plain-http "},
    Client{"berth", "berth pull {1}{0} -d {2}", "--plain-http "},
};

/// Names and tags need no quotes in a shell; an IPv6 host does.
std::string shell_word(std::string text) {
    const bool plain = std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               std::string_view("._:/@+-").find(c) != std::string_view::npos;
    });
    if (plain) return text;
    std::string word = "'";
    for (const char c : text) {
        if (c == '\'')
            word += "'\\''";
        else
            word += c;
    }
    return word + "'";
}

std::string leaf(std::string_view repository) {
    const std::size_t slash = repository.rfind('/');
    return std::string(slash == std::string_view::npos ? repository : repository.substr(slash + 1));
}

json::Object command(std::string_view client, std::string text) {
    return {{"client", client}, {"text", std::move(text)}};
}

template <class Clients>
void add(json::Array& commands, const Clients& clients, const PullAddress& address,
         const std::string& reference, const std::string& file) {
    for (const Client& client : clients) {
        const std::string_view option = address.plain_http ? client.plain_http : "";
        commands.push_back(command(client.name, fmt::format(fmt::runtime(client.command),
                                                            shell_word(reference), option, file)));
    }
}

void add_helm(json::Array& commands, const PullAddress& address, const std::string& name,
              const Pulled& pulled) {
    const std::string_view option = address.plain_http ? " --plain-http" : "";
    if (!pulled.tag.empty())
        commands.push_back(
            command("helm", fmt::format("helm pull {} --version {}{}", shell_word("oci://" + name),
                                        shell_word(chart::tag_to_version(pulled.tag)), option)));
    commands.push_back(command(
        "helm", fmt::format("helm pull {}{}",
                            shell_word(fmt::format("oci://{}@{}", name, pulled.digest)), option)));
}

} // namespace

std::optional<std::string> pull_prefix(std::string_view base_path) {
    constexpr std::string_view artifactory = "/artifactory/api/docker/";
    if (base_path.empty()) return std::string();
    if (!base_path.starts_with(artifactory) || base_path.size() == artifactory.size())
        return std::nullopt;
    return std::string(base_path.substr(artifactory.size())) + "/";
}

std::optional<PullAddress> door_address(std::string host, bool plain_http,
                                        std::string_view registry_name) {
    const std::string name = registration::name_key(registry_name);
    if (oci::parse_repository_name(name).has_error()) return std::nullopt;
    return PullAddress{.host = std::move(host), .plain_http = plain_http, .prefix = name + "/"};
}

json::Array pull_commands(const PullAddress& address, const Pulled& pulled) {
    json::Array commands;
    if (!address.prefix) return commands;
    const std::string name = address.host + "/" + *address.prefix + pulled.repository;
    if (pulled.kind == ContentKind::chart) {
        add_helm(commands, address, name, pulled);
        return commands;
    }
    std::vector<std::string> references;
    if (!pulled.tag.empty()) references.push_back(name + ":" + pulled.tag);
    references.push_back(name + "@" + pulled.digest);
    const std::string file = leaf(pulled.repository);
    const bool image = pulled.kind == ContentKind::image || pulled.kind == ContentKind::index;
    for (const std::string& reference : references) {
        if (image)
            add(commands, image_clients, address, reference, file);
        else
            add(commands, artifact_clients, address, reference, file);
    }
    return commands;
}

} // namespace berth::api
