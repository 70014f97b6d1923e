#include "base/text.hpp"
#include "oci/reference.hpp"
#include "server/answers.hpp"
#include "server/call.hpp"

#include <fmt/format.h>

namespace berth::server {

namespace {

std::string checked_tag(std::string_view text) {
    auto tag = oci::parse_tag(text);
    if (!tag) throw Error(ErrorCode::manifest_invalid, tag.error().message());
    return *tag;
}

Error unknown_manifest(const Call& call) {
    return {ErrorCode::manifest_unknown,
            fmt::format("repository {} has no manifest {}", call.repository,
                        berth::quoted(call.argument))};
}

/// As if it were not there: whoever is told so pushes it again, and what it lists.
Error damaged_manifest(const Call& call) {
    return Error(
               ErrorCode::manifest_unknown,
               fmt::format("content of the manifest {} in repository {} was damaged and set aside",
                           berth::quoted(call.argument), call.repository))
        .set_hint("push it again: that mends it");
}

/// Without parameters, which the specification asks to ignore.
std::string content_type(const net::Request& request) {
    const auto field = request.headers.find("Content-Type").value_or("");
    return std::string(trimmed(field.substr(0, field.find(';'))));
}

std::string read_body(Call& call) {
    const auto limit = call.registry.options().manifest_bytes;
    auto bytes = read_all(*call.request.body, limit, "the manifest");
    if (call.request.content_length && *call.request.content_length != bytes.size()) {
        throw Error(ErrorCode::size_invalid,
                    fmt::format("the request announced {} bytes and brought {}",
                                *call.request.content_length, bytes.size()));
    }
    return bytes;
}

} // namespace

net::Response get_manifest(Call& call) {
    call.caller.require(access::Action::pull, call.repository);
    if (is_digest(call.argument)) digest_in(call.argument);
    auto manifest = call.registry.index().manifest(call.repository, call.argument);
    if (!manifest) throw unknown_manifest(call);
    if (!manifest->whole) throw damaged_manifest(call);
    const oci::Descriptor found{.media_type = std::move(manifest->media_type),
                                .digest = manifest->digest,
                                .size = manifest->bytes.size()};
    return manifest_answer(call.request, found, std::move(manifest->bytes));
}

net::Response put_manifest(Call& call) {
    call.caller.require(access::Action::push, call.repository);
    std::optional<oci::Digest> digest;
    std::vector<std::string> tags;
    if (is_digest(call.argument)) {
        digest = digest_in(call.argument);
        for (const auto& tag : call.query.all("tag")) tags.push_back(checked_tag(tag));
    } else {
        tags.push_back(checked_tag(call.argument));
    }
    const auto put =
        call.registry.put_manifest(call.repository, read_body(call), content_type(call.request),
                                   digest, tags, call.still_may(access::Action::push));
    net::Response response{.status = 201};
    response.headers.add("Location",
                         fmt::format("/v2/{}/manifests/{}", call.repository, put.digest.text()));
    response.headers.add("Docker-Content-Digest", put.digest.text());
    if (put.subject) response.headers.add("OCI-Subject", put.subject->text());
    if (digest) {
        for (const auto& tag : tags) response.headers.add("OCI-Tag", tag);
    }
    return response;
}

net::Response delete_manifest(Call& call) {
    call.caller.require(access::Action::remove, call.repository);
    auto& index = call.registry.index();
    const bool removed = is_digest(call.argument)
                             ? index.remove_manifest(call.repository, digest_in(call.argument))
                             : index.remove_tag(call.repository, call.argument);
    if (!removed) throw unknown_manifest(call);
    return {.status = 202};
}

} // namespace berth::server
