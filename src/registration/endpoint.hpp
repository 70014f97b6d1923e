// Endpoint: where a registered registry is, made exact from what a person typed.
#pragma once

#include "net/url.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace berth::registration {

/// What stands for the region in an ECR endpoint.
inline constexpr std::string_view region_placeholder = "{{.spectro.system.aws.region}}";

/// One word on what was changed, or on what somebody should know.
struct Note {
    std::string code; ///< "scheme_added", "plain_http"
    std::string text; ///< a sentence
    bool operator==(const Note&) const = default;
};

/// Where the admin lets registries be. Private networks are where registries usually are.
struct EndpointPolicy {
    bool loopback = false;
    bool link_local = false;
    bool plain_http = true;
};

/// What a person typed.
struct EndpointText {
    std::string_view endpoint;
    std::string_view base_path = {};
    /// For the placeholder; "" where there is none (kind basic).
    std::string_view default_region = {};
    bool is_ecr = false;
};

struct Endpoint {
    net::Origin origin;           ///< with the default region in place of the placeholder
    std::string base_path;        ///< "" or "/artifactory/api/docker/charts"
    std::string bound_origin;     ///< what secrets are bound to: with the placeholder as it is
    std::vector<Note> notes = {}; ///< what was changed, in the order it was
    bool has_placeholder = false;

    /// "https://registry.example/artifactory": what it was normalised to, the default region in it.
    std::string text() const { return origin.text() + base_path; }
    /// host or host:port, as references name it.
    std::string host_and_port() const;
};

/// Adds https:// where no scheme is; takes away docker://, oci://, spaces, slashes and /v2 at the
/// end; moves a path to the base path. FieldError usage for other schemes, user info, queries,
/// dot segments, hosts that the policy forbids (by their name: addresses are looked at when they
/// are resolved), a placeholder where it has no place, and texts that look like the placeholder.
Endpoint normalise_endpoint(const EndpointText& text, const EndpointPolicy& policy);

/// The repository prefixes in Palette's comma-separated string, without slashes at the ends and
/// without repetitions; at most 64. FieldError usage (spec.baseContentPath).
std::vector<std::string> content_paths(std::string_view base_content_path);
/// Whether the repository `name` is one of `content_paths` or lies below one. Without any, all do.
bool is_within(const std::vector<std::string>& content_paths, std::string_view name);

/// Whether an endpoint of the policy may be at this numeric address ("10.0.0.1", "fe80::1").
bool may_be_at(const EndpointPolicy& policy, std::string_view address);

} // namespace berth::registration
