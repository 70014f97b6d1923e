#include "client/origin_rules.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace berth::client {
namespace {

using Octets = std::array<std::uint8_t, 4>;

std::optional<Octets> parse_ipv4(std::string_view host) {
    const auto parts = split(host, '.');
    if (parts.size() != 4) return std::nullopt;
    Octets octets{};
    for (std::size_t index = 0; index < octets.size(); ++index) {
        const auto number = parse_number(parts[index], 255);
        if (!number) return std::nullopt;
        octets[index] = static_cast<std::uint8_t>(*number);
    }
    return octets;
}

Reach reach_of_ipv4(const Octets& octets) {
    const auto [a, b, c, d] = octets;
    if (a == 127 || a == 0) return Reach::loopback;
    if (a == 169 && b == 254) return Reach::link_local;
    const bool rfc1918 = a == 10 || (a == 172 && b >= 16 && b <= 31) || (a == 192 && b == 168);
    const bool carrier = a == 100 && b >= 64 && b <= 127; // RFC 6598
    return rfc1918 || carrier ? Reach::private_network : Reach::open;
}

/// `host` is an IPv6 address without brackets. The few forms that matter are told by their text.
Reach reach_of_ipv6(std::string_view host) {
    const std::size_t last_colon = host.rfind(':');
    if (const auto mapped = parse_ipv4(host.substr(last_colon + 1))) return reach_of_ipv4(*mapped);
    const std::string_view first = host.substr(0, host.find(':'));
    if (first.empty() || first.find_first_not_of('0') == std::string_view::npos)
        return Reach::loopback; // ::1, ::, and the mapped forms in hex
    if (first.size() == 4 && (first.starts_with("fe8") || first.starts_with("fe9") ||
                              first.starts_with("fea") || first.starts_with("feb")))
        return Reach::link_local;
    if (first.size() == 4 && (first.starts_with("fc") || first.starts_with("fd")))
        return Reach::private_network;
    return Reach::open;
}

bool is_below(std::string_view host, std::string_view domain) {
    return host.size() > domain.size() && host.ends_with(domain) &&
           host[host.size() - domain.size() - 1] == '.';
}

/// Names that libc reads as IPv4 in its old forms: 2130706433, 0x7f000001, 127.1.
bool is_odd_number(std::string_view host) {
    const std::string_view last = host.substr(host.rfind('.') + 1);
    if (last.empty()) return false;
    return last.starts_with("0x") ||
           std::all_of(last.begin(), last.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// Domains below which strangers get names.
bool is_shared_domain(std::string_view domain) {
    constexpr std::array<std::string_view, 24> shared{
        "amazonaws.com", "amazonaws.com.cn", "amazonaws.eu",      "on.aws",       "cloudfront.net",
        "azurecr.io",    "azurecr.cn",       "azurewebsites.net", "cloudapp.net", "windows.net",
        "appspot.com",   "run.app",          "googleapis.com",    "github.io",    "gitlab.io",
        "herokuapp.com", "workers.dev",      "pages.dev",         "vercel.app",   "netlify.app",
        "fly.dev",       "ngrok.io",         "ngrok-free.app",    "jfrog.io"};
    if (std::find(shared.begin(), shared.end(), domain) != shared.end()) return true;
    // "co.uk", "com.au": a short label before a country's two letters.
    const auto labels = split(domain, '.');
    if (labels.size() != 2 || labels[1].size() != 2) return labels.size() < 2;
    constexpr std::array<std::string_view, 10> second{"co", "com", "net", "org", "gov",
                                                      "ac", "edu", "or",  "ne",  "go"};
    return std::find(second.begin(), second.end(), labels[0]) != second.end();
}

/// Sites whose names do not show that they belong together.
bool is_known_pair(std::string_view host, std::string_view realm) {
    return is_below(host, "scw.cloud") && realm == "api.scaleway.com";
}

bool is_address(std::string_view host) {
    return host.starts_with('[') || is_odd_number(host);
}

} // namespace

Reach reach_of(std::string_view host) {
    while (host.ends_with('.')) host.remove_suffix(1);
    if (host.starts_with('[') && host.ends_with(']'))
        return reach_of_ipv6(host.substr(1, host.size() - 2));
    if (const auto octets = parse_ipv4(host)) return reach_of_ipv4(*octets);
    if (is_odd_number(host)) return Reach::loopback;
    if (host == "localhost" || is_below(host, "localhost")) return Reach::loopback;
    if (host.find('.') == std::string_view::npos) return Reach::private_network;
    for (const std::string_view inner : {"local", "internal", "lan", "home.arpa", "test"})
        if (is_below(host, inner)) return Reach::private_network;
    return Reach::open;
}

bool may_lead_to(const net::Origin& from, const net::Origin& to) {
    if (from.scheme == "https" && to.scheme != "https") return false;
    const Reach here = reach_of(from.host);
    const Reach there = reach_of(to.host);
    if (there == Reach::open || from.host == to.host) return true;
    if (there == Reach::private_network) return here != Reach::open;
    return here == Reach::loopback || here == there;
}

namespace {
bool on_this_machine(std::string_view host, std::string_view other) {
    const auto is_usual = [](std::string_view name) {
        return name == "localhost" || name == "127.0.0.1" || name == "[::1]";
    };
    return is_usual(host) && is_usual(other);
}
} // namespace

bool same_site(std::string_view host, std::string_view other) {
    if (host == other || on_this_machine(host, other)) return true;
    if (is_address(host) || is_address(other)) return false;
    if (is_known_pair(host, other)) return true;
    if (is_below(host, other)) return !is_shared_domain(other);
    if (is_below(other, host)) return !is_shared_domain(host);
    // The longest common domain: cut `host` label by label until `other` lies below it too.
    for (std::string_view domain = host; domain.find('.') != std::string_view::npos;) {
        domain.remove_prefix(domain.find('.') + 1);
        if (is_below(other, domain)) return !is_shared_domain(domain);
    }
    return false;
}

bool credentials_may_go_to(const net::Origin& registry, const net::Origin& realm) {
    if (!may_lead_to(registry, realm)) return false;
    if (!same_site(registry.host, realm.host)) return false;
    return realm.scheme == "https" || registry.host == realm.host ||
           on_this_machine(registry.host, realm.host);
}

} // namespace berth::client
