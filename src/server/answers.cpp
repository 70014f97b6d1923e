#include "server/answers.hpp"

#include "base/json.hpp"
#include "net/url.hpp"
#include "oci/manifest.hpp"
#include "oci/media_type.hpp"
#include "server/call.hpp"
#include "server/site.hpp"

#include <fmt/format.h>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <algorithm>
#include <utility>

namespace berth::server {

bool is_digest(std::string_view reference) {
    return reference.find(':') != std::string_view::npos;
}

std::string entity_tag(const oci::Digest& digest) {
    return fmt::format("\"{}\"", digest.text());
}

net::Response manifest_answer(const net::Request& request, const oci::Descriptor& manifest,
                              std::string bytes) {
    const auto tag = entity_tag(manifest.digest);
    net::Response response;
    response.headers.add("Docker-Content-Digest", manifest.digest.text());
    response.headers.add("ETag", tag);
    if (is_unchanged(request, tag)) {
        response.status = 304;
        return response;
    }
    response.headers.add("Content-Type", manifest.media_type);
    if (request.method == "HEAD") {
        response.headers.add("Content-Length", fmt::format("{}", manifest.size));
    } else {
        response.body = std::move(bytes);
    }
    return response;
}

namespace {

/// The range of the blob that is wanted. One that cannot be had says how much there is.
BlobAnswer with_range(const net::Request& request, net::Response response, std::uint64_t size,
                      std::string_view entity_tag) {
    try {
        const auto range = wanted_range(request, size, entity_tag);
        if (!range) return {std::move(response), ByteRange{0, size}};
        response.status = 206;
        response.headers.add("Content-Range", fmt::format("bytes {}-{}/{}", range->first,
                                                          range->first + range->length - 1, size));
        return {std::move(response), range};
    } catch (const Error& error) {
        response = render_error(error, request);
        response.headers.add("Content-Range", fmt::format("bytes */{}", size));
        return {std::move(response), std::nullopt};
    }
}

} // namespace

BlobAnswer blob_answer(const net::Request& request, const oci::Digest& digest, std::uint64_t size) {
    const auto tag = entity_tag(digest);
    net::Response response;
    response.headers.add("Docker-Content-Digest", digest.text());
    response.headers.add("ETag", tag);
    response.headers.add("Accept-Ranges", "bytes");
    // The bytes behind a digest never change; who may read them can.
    response.headers.add("Cache-Control", "private, max-age=31536000");
    if (is_unchanged(request, tag)) {
        response.status = 304;
        return {std::move(response), std::nullopt};
    }
    response.headers.add("Content-Type", "application/octet-stream");
    if (request.method == "HEAD") {
        response.headers.add("Content-Length", fmt::format("{}", size));
        return {std::move(response), std::nullopt};
    }
    return with_range(request, std::move(response), size, tag);
}

net::Response tags_answer(const std::string& repository, const registry::Page& page,
                          std::size_t limit) {
    json::Array names;
    for (const auto& name : page.names) names.emplace_back(name);
    net::Response response{
        .body = json::write(json::Object{{"name", repository}, {"tags", std::move(names)}})};
    response.headers.add("Content-Type", "application/json");
    if (page.next) {
        const auto path = fmt::format("/v2/{}/tags/list", repository);
        response.headers.add("Link", next_link(path, limit, *page.next));
    }
    return response;
}

ReferrersWanted wanted_referrers(const Call& call) {
    return {.repository = call.repository,
            .subject = digest_in(call.argument),
            .artifact_type = std::string(call.query.find("artifactType").value_or("")),
            .limit = std::max<std::size_t>(call.query.page_size("n", most_referrers), 1)};
}

net::Response referrers_answer(const ReferrersWanted& wanted, std::vector<oci::Descriptor> found,
                               const std::optional<std::string>& next) {
    const oci::Index index{.media_type = std::string(oci::media_type::oci_index),
                           .artifact_type = {},
                           .manifests = std::move(found),
                           .subject = {},
                           .annotations = {}};
    net::Response response{.body = oci::write_index(index)};
    response.headers.add("Content-Type", index.media_type);
    const std::string& type = wanted.artifact_type;
    if (!type.empty()) response.headers.add("OCI-Filters-Applied", "artifactType");
    if (next) {
        const auto path =
            fmt::format("/v2/{}/referrers/{}", wanted.repository, wanted.subject.text());
        const auto more =
            type.empty() ? std::string() : "&artifactType=" + net::percent_encode(type);
        response.headers.add("Link", next_link(path, wanted.limit, *next, more));
    }
    return response;
}

} // namespace berth::server
