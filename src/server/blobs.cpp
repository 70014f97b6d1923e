#include "server/call.hpp"

#include <fmt/format.h>

namespace berth::server {

namespace {

Error unknown_blob(const Call& call) {
    return {ErrorCode::blob_unknown,
            fmt::format("repository {} has no blob {}", call.repository, call.argument)};
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
    net::FileRange body{std::move(blob->file), 0, blob->size};
    if (const auto range = wanted_range(call.request, blob->size)) {
        response.status = 206;
        response.headers.add("Content-Range",
                             fmt::format("bytes {}-{}/{}", range->first,
                                         range->first + range->length - 1, blob->size));
        body.offset = range->first;
        body.length = range->length;
    }
    response.body = std::move(body);
    return response;
}

net::Response delete_blob(Call& call) {
    call.caller.require(access::Action::remove, call.repository);
    if (!call.registry.index().unlink_blob(call.repository, digest_in(call.argument)))
        throw unknown_blob(call);
    return {.status = 202};
}

} // namespace berth::server
