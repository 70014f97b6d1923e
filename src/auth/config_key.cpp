#include "auth/config_key.hpp"

#include "base/text.hpp"

#include <array>

namespace berth::auth {
namespace {

constexpr std::array<std::string_view, 4> schemes = {"https://", "http://", "docker://", "oci://"};
constexpr std::array<std::string_view, 3> hub_hosts = {"index.docker.io", "registry-1.docker.io",
                                                       "registry.hub.docker.com"};

std::string_view without_scheme(std::string_view key) {
    for (const auto scheme : schemes) {
        if (key.size() >= scheme.size() &&
            equals_ignoring_case(key.substr(0, scheme.size()), scheme)) {
            return key.substr(scheme.size());
        }
    }
    return key;
}

std::string_view without_slashes_at_end(std::string_view text) {
    while (text.ends_with('/')) text.remove_suffix(1);
    return text;
}

std::string normalised_host(std::string_view host) {
    std::string lower = to_lower(host);
    for (const auto hub : hub_hosts) {
        if (lower == hub) return "docker.io";
    }
    return lower;
}

} // namespace

std::string normalised_key(std::string_view key) {
    const auto text = without_slashes_at_end(without_scheme(trimmed(key)));
    const auto slash = text.find('/');
    const auto host = text.substr(0, slash);
    if (host.empty()) return "";
    auto path = slash == text.npos ? std::string_view() : text.substr(slash + 1);
    if (path == "v1" || path == "v2") path = {};
    if (path.starts_with("v1/") || path.starts_with("v2/")) path.remove_prefix(3);
    while (path.starts_with('/')) path.remove_prefix(1);
    std::string result = normalised_host(host);
    if (!path.empty()) result.append("/").append(path);
    return result;
}

std::string_view host_of_key(std::string_view key) {
    return key.substr(0, key.find('/'));
}

std::vector<std::string> candidate_keys(std::string_view registry, std::string_view repository) {
    std::string key = normalised_host(registry);
    if (!repository.empty()) key.append("/").append(repository);
    std::vector<std::string> keys;
    while (true) {
        keys.push_back(key);
        const auto slash = key.rfind('/');
        if (slash == key.npos) return keys;
        key.resize(slash);
    }
}

} // namespace berth::auth
