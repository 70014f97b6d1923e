#include "base/text.hpp"
#include "oci/reference.hpp"
#include "server/call.hpp"
#include "server/ranges.hpp"

#include <fmt/format.h>

namespace berth::server {

namespace {

std::string upload_location(const Call& call, std::string_view id) {
    return fmt::format("/v2/{}/blobs/uploads/{}", call.repository, id);
}

net::Response upload_state(const Call& call, int status, std::string_view id,
                           std::uint64_t received) {
    net::Response response{.status = status};
    response.headers.add("Location", upload_location(call, id));
    // Nothing received cannot be said in this form; 0-0 is what clients expect and can read.
    response.headers.add("Range", fmt::format("0-{}", received == 0 ? 0 : received - 1));
    response.headers.add("Docker-Upload-UUID", std::string(id));
    return response;
}

net::Response created(const Call& call, const oci::Digest& digest) {
    net::Response response{.status = 201};
    response.headers.add("Location",
                         fmt::format("/v2/{}/blobs/{}", call.repository, digest.text()));
    response.headers.add("Docker-Content-Digest", digest.text());
    return response;
}

void append_body(Call& call, std::string_view id) {
    const auto range = chunk_range(call.request);
    auto start = range ? std::optional(range->first) : std::nullopt;
    auto length = range ? std::optional(range->length) : call.request.content_length;
    call.registry.uploads().append(call.repository, id, *call.request.body, start, length);
}

/// Shows a blob of another repository here, if there is one that the caller may pull.
bool mount(Call& call, const oci::Digest& digest) {
    const auto may_pull = [&](std::string_view repository) {
        return call.caller.user_may_pull(repository);
    };
    auto from = call.query.find("from");
    if (!from) from = call.registry.index().find_blob(digest, may_pull);
    return from && may_pull(*from) &&
           call.registry.index().mount_blob(call.repository, digest, *from);
}

/// A body that no quota lets in need not be read.
void require_room(Call& call, const oci::Digest& digest) {
    call.registry.require_room(call.repository, call.request.content_length.value_or(0), digest);
}

std::string begin(Call& call) {
    return call.registry.uploads().begin(call.repository, call.caller.name());
}

net::Response push_whole(Call& call, const oci::Digest& digest) {
    require_room(call, digest);
    const auto id = begin(call);
    try {
        append_body(call, id);
        call.registry.finish_upload(call.repository, id, digest,
                                    call.still_may(access::Action::push));
    } catch (...) {
        call.registry.uploads().drop(id);
        throw;
    }
    return created(call, digest);
}

} // namespace

net::Response begin_upload(Call& call) {
    call.caller.require(access::Action::push, call.repository);
    if (const auto algorithm = call.query.find("digest-algorithm");
        algorithm && *algorithm != "sha256" && *algorithm != "sha512") {
        throw Error(ErrorCode::digest_invalid,
                    fmt::format("the algorithm {} is not supported", berth::quoted(*algorithm)))
            .set_hint("use sha256 or sha512");
    }
    if (const auto digest = call.query.find("digest")) return push_whole(call, digest_in(*digest));
    if (const auto wanted = call.query.find("mount")) {
        const auto digest = digest_in(*wanted);
        if (mount(call, digest)) return created(call, digest);
    }
    return upload_state(call, 202, begin(call), 0);
}

net::Response upload_status(Call& call) {
    call.caller.require(access::Action::push, call.repository);
    return upload_state(call, 204, call.argument,
                        call.registry.uploads().received(call.repository, call.argument));
}

net::Response append_upload(Call& call) {
    call.caller.require(access::Action::push, call.repository);
    append_body(call, call.argument);
    return upload_state(call, 202, call.argument,
                        call.registry.uploads().received(call.repository, call.argument));
}

net::Response finish_upload(Call& call) {
    call.caller.require(access::Action::push, call.repository);
    const auto digest = digest_in(call.query.find("digest").value_or(""));
    require_room(call, digest);
    if (call.request.content_length != std::uint64_t{0}) append_body(call, call.argument);
    call.registry.finish_upload(call.repository, call.argument, digest,
                                call.still_may(access::Action::push));
    return created(call, digest);
}

net::Response cancel_upload(Call& call) {
    call.caller.require(access::Action::push, call.repository);
    call.registry.uploads().cancel(call.repository, call.argument);
    return {.status = 204};
}

} // namespace berth::server
