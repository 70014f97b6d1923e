#include "client/manifests.hpp"

#include "base/text.hpp"
#include "client/paths.hpp"
#include "client/response_body.hpp"
#include "codec/hasher.hpp"
#include "oci/manifest.hpp"
#include "oci/media_type.hpp"
#include "oci/reference.hpp"

#include <fmt/format.h>

namespace berth::client {
namespace {

using oci::Digest;

/// All that we can read. One field: some registries look at the first one only.
std::string accepted_types() {
    using namespace oci::media_type;
    return fmt::format("{}, {}, {}, {}, */*;q=0.1", oci_index, oci_manifest, docker_index,
                       docker_manifest);
}

/// The text checked: a tag, or the digest that it is.
std::optional<Digest> digest_in(std::string_view tag_or_digest) {
    if (tag_or_digest.find(':') != std::string_view::npos)
        return Digest::parse(tag_or_digest).value();
    oci::parse_tag(tag_or_digest).value();
    return std::nullopt;
}

/// Docker-Content-Digest, if it is there and well-formed.
std::optional<Digest> stated_digest(const Answer& answer) {
    const auto field = answer.response.headers.find("Docker-Content-Digest");
    if (!field) return std::nullopt;
    const auto digest = Digest::parse(trimmed(*field));
    return digest.has_value() ? std::optional(*digest) : std::nullopt;
}

/// Types that say nothing, which servers send that keep none.
bool says_nothing(std::string_view type) {
    return type.empty() || type == "application/json" || type == "text/plain" ||
           type == "application/octet-stream" || type == "text/json";
}

Error mismatch(const Call& call, std::string_view how, const Digest& wanted, const Digest& found) {
    return Error(ErrorCode::digest_invalid, fmt::format("{} {} {} instead of {}", call.what, how,
                                                        found.text(), wanted.text()));
}

Error too_large(const Call& call) {
    return Error(ErrorCode::limit_exceeded, fmt::format("{} is larger than 4 MiB", call.what));
}

/// By the digest that was asked for; for a tag by the one that the registry states.
Digest verified_digest(const Call& call, const std::string& bytes,
                       const std::optional<Digest>& asked, const std::optional<Digest>& stated) {
    const auto check = [&](const Digest& wanted) {
        const Digest found = codec::digest_of(bytes, wanted.algorithm());
        if (found != wanted) throw mismatch(call, "has the digest", wanted, found);
    };
    if (asked) check(*asked);
    if (stated) check(*stated);
    if (asked) return *asked;
    return stated ? *stated : codec::digest_of(bytes);
}

} // namespace

Manifests::Manifests(std::shared_ptr<Session> session, std::string repository)
    : session_(std::move(session)), repository_(std::move(repository)) {}

Call Manifests::call(std::string_view method, std::string_view reference) const {
    Call call{.method = std::string(method),
              .url = session_->endpoint().url(manifest_path(repository_, reference))};
    call.access = {repository_,
                   method == "PUT" ? Scopes::push(repository_) : Scopes::pull(repository_)};
    call.what =
        fmt::format("manifest {} of {}/{}", reference, session_->endpoint().name, repository_);
    if (method != "PUT") call.headers.set("Accept", accepted_types());
    return call;
}

std::optional<oci::Descriptor> Manifests::resolve(std::string_view tag_or_digest) {
    const std::optional<Digest> asked = digest_in(tag_or_digest);
    const Call head = call("HEAD", tag_or_digest);
    Answer answer = session_->send(head);
    if (answer.status() == 404) return std::nullopt;
    const bool unknown_method = answer.status() == 405 || answer.status() == 501;
    if (answer.status() != 200 && !unknown_method) throw session_->failure(answer, head);
    const auto stated = stated_digest(answer);
    const auto length = answer.response.content_length();
    const std::string type = media_type_of(answer.response.headers);
    const bool complete = (asked || stated) && length && *length > 0 && !says_nothing(type);
    if (unknown_method || !complete) {
        auto document = get(tag_or_digest);
        if (!document) return std::nullopt;
        return std::move(document->descriptor);
    }
    if (*length > oci::manifest_limit) throw too_large(head);
    if (asked && stated && *asked != *stated && asked->algorithm() == stated->algorithm())
        throw mismatch(head, "is said to have the digest", *asked, *stated);
    return oci::Descriptor{.media_type = type, .digest = asked ? *asked : *stated, .size = *length};
}

std::optional<registry::Document> Manifests::get(std::string_view tag_or_digest) {
    const std::optional<Digest> asked = digest_in(tag_or_digest);
    const Call get = call("GET", tag_or_digest);
    // The body belongs to the attempt: a connection may break in the middle of it.
    return session_->retry().run([&]() -> std::optional<registry::Document> {
        Answer answer = session_->send_once(get);
        if (answer.status() == 404) return std::nullopt;
        if (answer.status() != 200) throw session_->failure(answer, get);
        if (answer.response.content_length().value_or(0) > oci::manifest_limit)
            throw too_large(get);
        std::string bytes = read_all(*answer.response.body, oci::manifest_limit, get.what);
        const Digest digest = verified_digest(get, bytes, asked, stated_digest(answer));
        std::string type = media_type_of(answer.response.headers);
        if (says_nothing(type)) type = oci::detect_media_type(bytes).value();
        // Refuses bytes that contradict the type they were served with.
        if (oci::media_type::is_manifest(type) || oci::media_type::is_index(type))
            oci::successors(bytes, type).value();
        oci::Descriptor descriptor{
            .media_type = std::move(type), .digest = digest, .size = bytes.size()};
        return registry::Document{std::move(descriptor), std::move(bytes)};
    });
}

Manifests::SubjectSeen Manifests::put(const registry::Document& document, std::string_view tag) {
    if (!tag.empty()) oci::parse_tag(tag).value();
    const oci::Descriptor& said = document.descriptor;
    if (document.bytes.size() != said.size)
        throw Error(ErrorCode::size_invalid,
                    fmt::format("manifest {} has {} bytes instead of {}", said.digest.text(),
                                document.bytes.size(), said.size));
    const Digest found = codec::digest_of(document.bytes, said.digest.algorithm());
    if (found != said.digest)
        throw Error(ErrorCode::digest_invalid,
                    fmt::format("the manifest to push has the digest {} instead of {}",
                                found.text(), said.digest.text()));
    // By a tag alone, the registry would name it by its favourite algorithm.
    if (tag.empty() || said.digest.algorithm() != oci::DigestAlgorithm::sha256) {
        const SubjectSeen seen = put_at(document, said.digest.text());
        if (tag.empty()) return seen;
    }
    return put_at(document, tag);
}

Manifests::SubjectSeen Manifests::put_at(const registry::Document& document,
                                         std::string_view reference) {
    Call put = call("PUT", reference);
    put.headers.set("Content-Type", document.descriptor.media_type);
    put.body = net::RequestBody{document.bytes.size(), [&document] {
                                    return std::make_unique<MemorySource>(document.bytes);
                                }};
    Answer answer = session_->send(put);
    const int status = answer.status();
    if (status != 201 && status != 200 && status != 202 && status != 204)
        throw session_->failure(answer, put);
    if (const auto stated = stated_digest(answer)) {
        const Digest found = codec::digest_of(document.bytes, stated->algorithm());
        if (found != *stated)
            throw Error(ErrorCode::response_invalid,
                        fmt::format("{} was stored by the registry as {} instead of {}", put.what,
                                    stated->text(), found.text()));
    }
    return answer.response.headers.find("OCI-Subject") ? SubjectSeen::yes : SubjectSeen::no;
}

} // namespace berth::client
