#include "server/call.hpp"
#include "server/ranges.hpp"
#include "server/site.hpp"

#include <fmt/format.h>

namespace berth::server {

namespace {

Error unknown_blob(const Call& call) {
    return {ErrorCode::blob_unknown,
            fmt::format("repository {} has no blob {}", call.repository, call.argument)};
}

/// The blob or the range of it that is wanted. A range that cannot be had says how much there is.
net::Response with_content(const Call& call, net::Response response, store::OpenedBlob blob,
                           std::string_view entity_tag) {
    net::FileRange body{std::move(blob.file), 0, blob.size};
    try {
        if (const auto range = wanted_range(call.request, blob.size, entity_tag)) {
            response.status = 206;
            response.headers.add("Content-Range",
                                 fmt::format("bytes {}-{}/{}", range->first,
                                             range->first + range->length - 1, blob.size));
            body.offset = range->first;
            body.length = range->length;
        }
    } catch (const Error& error) {
        response = render_error(error, call.request);
        response.headers.add("Content-Range", fmt::format("bytes */{}", blob.size));
        return response;
    }
    response.body = std::move(body);
    return response;
}

} // namespace

net::Response get_blob(Call& call) {
    call.caller.require(access::Action::pull, call.repository);
    const auto digest = digest_in(call.argument);
    auto blob = call.registry.open_blob(call.repository, digest);
    if (!blob) throw unknown_blob(call);
    const auto entity_tag = fmt::format("\"{}\"", digest.text());
    net::Response response;
    response.headers.add("Docker-Content-Digest", digest.text());
    response.headers.add("ETag", entity_tag);
    response.headers.add("Accept-Ranges", "bytes");
    // The bytes behind a digest never change; who may read them can.
    response.headers.add("Cache-Control", "private, max-age=31536000");
    if (is_unchanged(call.request, entity_tag)) {
        response.status = 304;
        return response;
    }
    response.headers.add("Content-Type", "application/octet-stream");
    if (call.request.method == "HEAD") {
        response.headers.add("Content-Length", fmt::format("{}", blob->size));
        return response;
    }
    return with_content(call, std::move(response), std::move(*blob), entity_tag);
}

net::Response delete_blob(Call& call) {
    call.caller.require(access::Action::remove, call.repository);
    if (!call.registry.index().unlink_blob(call.repository, digest_in(call.argument)))
        throw unknown_blob(call);
    return {.status = 202};
}

} // namespace berth::server
