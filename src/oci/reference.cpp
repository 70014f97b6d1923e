#include "oci/reference.hpp"

#include "base/text.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>

namespace berth::oci {
namespace {

constexpr std::string_view docker_hub = "docker.io";
constexpr std::size_t host_limit = 253;

[[noreturn]] void refuse_reference(std::string_view text, std::string_view why,
                                   std::string hint = "") {
    Error error(ErrorCode::usage,
                fmt::format("{} is not a reference: {}", berth::quoted(text), why));
    error.set_hint(std::move(hint));
    throw error;
}

bool is_alphanumeric(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_host_label(std::string_view label) {
    return !label.empty() && is_alphanumeric(label.front()) && is_alphanumeric(label.back()) &&
           std::all_of(label.begin(), label.end(),
                       [](char c) { return is_alphanumeric(c) || c == '-'; });
}

bool is_ipv6_literal(std::string_view host) {
    if (host.size() < 2 || host.back() != ']') return false;
    const std::string inner(host.substr(1, host.size() - 2));
    // inet_pton stops at a NUL byte.
    if (inner.find_first_not_of("0123456789abcdefABCDEF:.") != std::string::npos) return false;
    in6_addr address;
    return ::inet_pton(AF_INET6, inner.c_str(), &address) == 1;
}

bool is_host(std::string_view host) {
    if (host.empty() || host.size() > host_limit) return false;
    if (host.front() == '[') return is_ipv6_literal(host);
    const auto labels = split(host, '.');
    return std::all_of(labels.begin(), labels.end(), is_host_label);
}

/// "host" or "host:port", lower-cased.
std::string read_registry(std::string_view text, std::string_view registry) {
    const auto bracket = registry.find(']');
    const auto colon = registry.find(':', bracket == std::string_view::npos ? 0 : bracket);
    const auto host = registry.substr(0, colon);
    if (!is_host(host))
        refuse_reference(text, fmt::format("{} is not a host name", berth::quoted(host)));
    if (colon != std::string_view::npos) {
        const auto port = parse_number(registry.substr(colon + 1), 65535);
        if (!port || *port == 0)
            refuse_reference(text, fmt::format("{} is not a port from 1 to 65535",
                                               berth::quoted(registry.substr(colon + 1))));
    }
    const std::string lower = to_lower(registry);
    return lower == "index.docker.io" ? std::string(docker_hub) : lower;
}

std::string_view without_scheme(std::string_view text) {
    for (const std::string_view scheme : {"docker://", "oci://"})
        if (text.substr(0, scheme.size()) == scheme) return text.substr(scheme.size());
    if (text.find("://") != std::string_view::npos)
        refuse_reference(text, "a URL is not a reference",
                         "leave the scheme out, as in registry.example.com/team/app:1.0");
    return text;
}

bool is_registry(std::string_view first_component) {
    return first_component.find_first_of(".:") != std::string_view::npos ||
           equals_ignoring_case(first_component, "localhost");
}

/// Docker refuses bare identifiers too: they would name a repository on Docker Hub.
bool is_bare_hex(std::string_view text) {
    return text.size() == 64 &&
           text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

/// What a parse of a part found, or a refusal of the whole text.
template <class T>
T accepted(Result<T> part, std::string_view text) {
    if (part.has_error()) refuse_reference(text, part.error().message());
    return std::move(*part);
}

Reference read_reference(std::string_view text) {
    std::string_view rest = without_scheme(text);
    if (is_bare_hex(rest))
        refuse_reference(text, "a digest needs a repository", "write NAME@sha256:…");
    Reference reference;
    if (const auto at = rest.find('@'); at != std::string_view::npos) {
        reference.digest = accepted(Digest::parse(rest.substr(at + 1)), text);
        rest = rest.substr(0, at);
    }
    const auto slash = rest.find('/');
    if (slash != std::string_view::npos && is_registry(rest.substr(0, slash))) {
        reference.registry = read_registry(text, rest.substr(0, slash));
        rest = rest.substr(slash + 1);
    } else {
        reference.registry = docker_hub;
    }
    if (const auto colon = rest.find(':'); colon != std::string_view::npos) {
        reference.tag = accepted(parse_tag(rest.substr(colon + 1)), text);
        rest = rest.substr(0, colon);
    }
    const bool official = reference.registry == docker_hub && !rest.empty() &&
                          rest.find('/') == std::string_view::npos;
    const std::string name = official ? fmt::format("library/{}", rest) : std::string(rest);
    // The name as it was given is judged first, so that the message counts bytes in it.
    accepted(parse_repository_name(rest), text);
    reference.repository = accepted(parse_repository_name(name), text);
    return reference;
}

} // namespace

Result<Reference> Reference::parse(std::string_view text) {
    try {
        return read_reference(text);
    } catch (const Error& error) {
        return error;
    }
}

std::string Reference::text() const {
    std::string text = name();
    if (tag) text += ":" + *tag;
    if (digest) text += "@" + digest->text();
    return text;
}

std::string Reference::tag_or_digest() const {
    if (digest) return digest->text();
    return tag.value_or("latest");
}

} // namespace berth::oci
