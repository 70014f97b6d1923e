#include "server/answers.hpp"
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
    auto answer = blob_answer(call.request, digest, blob->size);
    if (answer.body) {
        answer.response.body =
            net::FileRange{std::move(blob->file), answer.body->first, answer.body->length};
    }
    return std::move(answer.response);
}

net::Response delete_blob(Call& call) {
    call.caller.require(access::Action::remove, call.repository);
    if (!call.registry.index().unlink_blob(call.repository, digest_in(call.argument)))
        throw unknown_blob(call);
    return {.status = 202};
}

} // namespace berth::server
