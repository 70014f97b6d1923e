// References: where content is and what it is called there.
#pragma once

#include "base/result.hpp"
#include "oci/digest.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace berth::oci {

/// distribution-spec "Pulling manifests", <name>: lower-case path components, 255 bytes at most.
/// Error name_invalid says which byte is wrong.
Result<std::string> parse_repository_name(std::string_view text);
/// distribution-spec <reference> as a tag: [a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}.
Result<std::string> parse_tag(std::string_view text);

/// A repository in a registry with a tag, a digest, or both (then the digest counts).
struct Reference {
    std::string registry;   ///< host, or host:port; "docker.io" for Docker Hub
    std::string repository; ///< "library/debian", "team/app"
    std::optional<std::string> tag = {};
    std::optional<Digest> digest = {};

    /// Accepts "debian", "debian:12", "team/app", "host:5000/team/app:tag@sha256:…",
    /// "[::1]:5000/app", with "docker://" or "oci://" in front. As Docker reads it: without a
    /// registry host (no dot, no colon, not "localhost" in the first component) it is Docker
    /// Hub's, and single names get "library/". No tag is left as no tag. Error usage.
    static Result<Reference> parse(std::string_view text);

    /// Canonical text without a scheme: "docker.io/library/debian:12".
    std::string text() const;
    /// "registry/repository".
    std::string name() const { return registry + "/" + repository; }
    /// The digest's text, else the tag, else "latest": what goes into /manifests/<reference>.
    std::string tag_or_digest() const;
};

} // namespace berth::oci
