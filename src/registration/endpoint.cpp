#include "registration/endpoint.hpp"

#include "base/text.hpp"
#include "client/origin_rules.hpp"
#include "oci/reference.hpp"
#include "registration/field_error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace berth::registration {
namespace {

constexpr std::size_t text_limit = 2048;
constexpr std::size_t path_limit = 512;
constexpr std::size_t content_path_limit = 64;

FieldError bad_endpoint(const std::string& cause) {
    return {ErrorCode::usage, "spec.endpoint", cause};
}
FieldError bad_base_path(const std::string& cause) {
    return {ErrorCode::usage, "spec.basePath", cause};
}

std::string_view without_spaces(std::string_view text) {
    constexpr std::string_view spaces = " \t\r\n";
    text.remove_prefix(std::min(text.find_first_not_of(spaces), text.size()));
    return text.substr(0, text.find_last_not_of(spaces) + 1);
}

/// Where clouds answer their machines' questions for credentials, apart from 169.254.0.0/16.
bool is_metadata_service(std::string_view host) {
    // All of EC2's: beside the metadata there are its name server and its clock.
    if (host.starts_with("[fd00:ec2:")) return true;
    constexpr std::string_view services[] = {"[fd20:ce::254]", "100.100.100.200", "168.63.129.16",
                                             "192.0.0.192"};
    return std::find(std::begin(services), std::end(services), host) != std::end(services);
}

client::Reach reach_of(std::string_view host) {
    return is_metadata_service(host) ? client::Reach::link_local : client::reach_of(host);
}

bool cut_prefix(std::string_view& text, std::string_view prefix) {
    if (!equals_ignoring_case(text.substr(0, prefix.size()), prefix)) return false;
    text.remove_prefix(prefix.size());
    return true;
}

class Normaliser {
public:
    Normaliser(const EndpointText& text, const EndpointPolicy& policy)
        : text_(text), policy_(policy) {}

    Endpoint run() {
        std::string_view rest = without_spaces(text_.endpoint);
        if (rest.empty()) throw bad_endpoint("must not be empty");
        if (rest.size() > text_limit) throw bad_endpoint("is longer than 2 KiB");
        if (rest.size() != text_.endpoint.size())
            note("spaces_removed", "spaces around the endpoint were removed");
        const std::string scheme = take_scheme(rest);
        const std::string with_region = put_region(rest);
        auto url = net::Url::parse(scheme + "://" + with_region);
        if (url.has_error()) throw bad_endpoint(url.error().message());
        if (rest.find_first_of("?#") != std::string_view::npos)
            throw bad_endpoint("has a query or fragment, which no registry's address has")
                .hint_is("give host, port and path alone");
        result_.origin = url->origin;
        const std::string_view host = rest.substr(0, rest.find('/'));
        note_host(host);
        bind(scheme, host);
        take_paths(url->path);
        check_policy();
        return std::move(result_);
    }

private:
    void note(std::string code, std::string text) {
        result_.notes.push_back({std::move(code), std::move(text)});
    }

    std::string take_scheme(std::string_view& rest) {
        for (const std::string_view prefix : {"docker://", "oci://"}) {
            if (!cut_prefix(rest, prefix)) continue;
            note("transport_removed",
                 fmt::format("{} was removed: it names a transport, not an address", prefix));
        }
        if (cut_prefix(rest, "https://")) return "https";
        if (cut_prefix(rest, "http://")) {
            if (!policy_.plain_http)
                throw bad_endpoint("plain HTTP is not allowed here")
                    .hint_is("give the registry TLS, or ask the administrator to allow plain HTTP");
            note("plain_http",
                 "plain HTTP: passwords and content travel unprotected and can be changed on the "
                 "way");
            return "http";
        }
        const std::size_t scheme_end = rest.find("://");
        if (scheme_end != std::string_view::npos)
            throw bad_endpoint(fmt::format("has the scheme {}, which no registry speaks",
                                           berth::quoted(rest.substr(0, scheme_end))))
                .hint_is("use https://, or http:// for a registry without TLS");
        note("scheme_added", "https:// was added");
        return "https";
    }

    std::string put_region(std::string_view rest) {
        const std::size_t at = rest.find(region_placeholder);
        std::string text(rest);
        if (at != std::string_view::npos) {
            if (!text_.is_ecr)
                throw bad_endpoint("has the region placeholder, which only ECR registries have")
                    .hint_is("choose the kind ECR, or write the region itself");
            check_region();
            text.replace(at, region_placeholder.size(), text_.default_region);
            result_.has_placeholder = true;
        }
        if (text.find_first_of("{}") != std::string::npos)
            throw bad_endpoint(fmt::format("has braces that are not the region's placeholder"))
                .hint_is(fmt::format("the placeholder is exactly {}, once", region_placeholder));
        return text;
    }

    void check_region() const {
        const std::string_view region = text_.default_region;
        if (region.empty())
            throw FieldError(ErrorCode::usage, "spec.defaultRegion",
                             "is needed, because the endpoint has the region placeholder");
        const bool plain = std::all_of(region.begin(), region.end(), [](char c) {
            return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
        });
        if (!plain || region.size() > 32 || split(region, '-').size() < 3)
            throw FieldError(ErrorCode::usage, "spec.defaultRegion",
                             fmt::format("{} is not an AWS region", berth::quoted(region)))
                .hint_is("a region looks like eu-west-1 or us-gov-west-1");
    }

    void note_host(std::string_view host) {
        if (std::any_of(host.begin(), host.end(), [](char c) { return c >= 'A' && c <= 'Z'; }))
            note("host_lowered", "the host name was written in lower case");
        const bool states_port = host.find("]:") != std::string_view::npos ||
                                 (host.find(':') != std::string_view::npos && host[0] != '[');
        if (states_port && result_.origin.text().ends_with(result_.origin.host))
            note("port_removed", "the port was removed: it is the usual one");
        if (is_docker_hub()) note("docker_hub", "Docker Hub is reached at registry-1.docker.io");
    }

    bool is_docker_hub() const {
        return result_.origin.host == "docker.io" || result_.origin.host == "index.docker.io";
    }

    void bind(const std::string& scheme, std::string_view host) {
        const std::size_t at = host.find(region_placeholder);
        result_.bound_origin = result_.origin.text();
        if (at == std::string_view::npos) return;
        result_.bound_origin = scheme + "://" + to_lower(host);
    }

    void take_paths(std::string_view path) {
        std::string joined = cleaned(path, "endpoint");
        if (!joined.empty())
            note("path_moved", fmt::format("the path {} was moved to the base path", joined));
        std::string base(without_spaces(text_.base_path));
        if (!base.empty() && base != "/") {
            if (!base.starts_with('/')) {
                base.insert(0, 1, '/');
                note("base_path_slash", "a slash was put before the base path");
            }
            joined += cleaned(base, "base path");
        }
        if (joined.size() > path_limit) throw bad_base_path("is longer than 512 bytes");
        result_.base_path = std::move(joined);
    }

    std::string cleaned(std::string_view path, std::string_view what) {
        const std::size_t full = path.size();
        while (path.ends_with('/')) path.remove_suffix(1);
        if (path.size() != full && (full > 1))
            note("slash_removed", fmt::format("the slash at the end of the {} was removed", what));
        // "https://index.docker.io/v1/" is how Docker's configuration files call Docker Hub.
        for (const std::string_view api : {"/v2", "/v1"}) {
            if (!path.ends_with(api) || (api == "/v1" && !is_docker_hub())) continue;
            path.remove_suffix(api.size());
            note("v2_removed", fmt::format("{} at the end of the {} was removed: each request "
                                           "adds its own",
                                           api, what));
        }
        while (path.ends_with('/')) path.remove_suffix(1);
        check_path(path);
        return std::string(path);
    }

    static void check_path(std::string_view path) {
        if (path.empty()) return;
        for (const std::string_view segment : split(path.substr(1), '/')) {
            if (segment.empty() || segment == "." || segment == "..")
                throw bad_base_path("has an empty segment, \".\" or \"..\"");
            const bool plain = std::all_of(segment.begin(), segment.end(), [](char c) {
                return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       std::string_view("-._~%+@:").find(c) != std::string_view::npos;
            });
            if (!plain)
                throw bad_base_path(fmt::format("{} has characters that paths do not have",
                                                berth::quoted(segment)));
        }
    }

    void check_policy() const {
        const client::Reach reach = reach_of(result_.origin.host);
        const bool loopback = reach == client::Reach::loopback && !policy_.loopback;
        const bool link_local = reach == client::Reach::link_local && !policy_.link_local;
        if (!loopback && !link_local) return;
        throw FieldError(ErrorCode::denied, "spec.endpoint",
                         fmt::format("{} is {}, where registries must not be", result_.origin.host,
                                     loopback ? "this machine itself" : "a link-local address"))
            .hint_is("the administrator can allow it for this installation");
    }

    const EndpointText& text_;
    const EndpointPolicy& policy_;
    Endpoint result_{.origin = {}, .base_path = {}, .bound_origin = {}};
};

} // namespace

std::string Endpoint::host_and_port() const {
    const std::string text = origin.text();
    return text.substr(text.find("://") + 3);
}

Endpoint normalise_endpoint(const EndpointText& text, const EndpointPolicy& policy) {
    return Normaliser(text, policy).run();
}

std::vector<std::string> content_paths(std::string_view base_content_path) {
    const auto refuse = [](const std::string& cause) {
        return FieldError(ErrorCode::usage, "spec.baseContentPath", cause);
    };
    std::vector<std::string> paths;
    if (base_content_path.size() > 16 * 1024) throw refuse("is longer than 16 KiB");
    for (std::string_view path : split(base_content_path, ',')) {
        path = without_spaces(path);
        while (path.starts_with('/')) path.remove_prefix(1);
        while (path.ends_with('/')) path.remove_suffix(1);
        if (path.empty()) continue;
        auto name = oci::parse_repository_name(path);
        if (name.has_error()) throw refuse(name.error().message());
        if (std::find(paths.begin(), paths.end(), *name) != paths.end()) continue;
        if (paths.size() == content_path_limit)
            throw refuse(fmt::format("has more than {} paths", content_path_limit));
        paths.push_back(std::move(*name));
    }
    return paths;
}

bool may_be_at(const EndpointPolicy& policy, std::string_view address) {
    const bool v6 = address.find(':') != std::string_view::npos;
    // Without a zone: "fe80::1%eth0".
    const std::string_view bare = address.substr(0, address.find('%'));
    const client::Reach reach = reach_of(v6 ? fmt::format("[{}]", bare) : std::string(bare));
    if (reach == client::Reach::loopback) return policy.loopback;
    if (reach == client::Reach::link_local) return policy.link_local;
    return true;
}

bool is_within(const std::vector<std::string>& content_paths, std::string_view name) {
    if (content_paths.empty()) return true;
    return std::any_of(content_paths.begin(), content_paths.end(), [&](const std::string& path) {
        return name.starts_with(path) && (name.size() == path.size() || name[path.size()] == '/');
    });
}

} // namespace berth::registration
