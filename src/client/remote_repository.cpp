#include "client/remote_repository.hpp"

#include "client/content_range.hpp"
#include "client/listing.hpp"
#include "client/parallel_blob.hpp"
#include "client/paths.hpp"
#include "client/upload.hpp"
#include "codec/verifying_source.hpp"
#include "oci/media_type.hpp"
#include "oci/reference.hpp"
#include "registry/referrer.hpp"

#include <fmt/format.h>

namespace berth::client {
namespace {

/// How large a blob is as the answer to GET says; nothing for one that does not, as a refused range
/// need not.
std::optional<std::uint64_t> size_told(const Answer& answer) {
    if (answer.status() == 200) return answer.response.content_length();
    if (answer.status() != 206) return std::nullopt;
    const auto range =
        parse_content_range(answer.response.headers.find("Content-Range").value_or(""));
    return range ? range->total : std::nullopt;
}

} // namespace

RemoteRepository::RemoteRepository(std::shared_ptr<Session> session, std::string_view repository)
    : session_(std::move(session)),
      repository_(oci::parse_repository_name(repository).value()),
      manifests_(session_, repository_),
      referrers_(session_, repository_) {}

std::string RemoteRepository::name() const {
    return session_->endpoint().name + "/" + repository_;
}

std::optional<oci::Descriptor> RemoteRepository::resolve(std::string_view tag_or_digest) {
    return manifests_.resolve(tag_or_digest);
}

std::optional<registry::Document> RemoteRepository::manifest(std::string_view tag_or_digest) {
    return manifests_.get(tag_or_digest);
}

std::optional<Answer> RemoteRepository::look_at(const oci::Digest& blob) {
    Call head = blob_call(*session_, repository_, blob);
    head.method = "HEAD";
    Answer answer = session_->send(head);
    if (answer.status() == 404) return std::nullopt;
    if (answer.status() != 200) throw session_->failure(answer, head);
    return answer;
}

bool RemoteRepository::has_blob(const oci::Descriptor& blob) {
    return look_at(blob.digest).has_value();
}

std::optional<std::uint64_t> RemoteRepository::blob_size(const oci::Digest& blob) {
    const auto found = look_at(blob);
    if (!found) return std::nullopt;
    if (const auto size = found->response.content_length()) return size;
    throw Error(ErrorCode::response_invalid,
                fmt::format("{} does not say how large its blob {} is", name(), blob.short_hex()));
}

std::unique_ptr<Source> RemoteRepository::fetch(const oci::Descriptor& blob, std::uint64_t offset) {
    const std::string what = fmt::format("blob {} of {}", blob.digest.short_hex(), name());
    if (offset >= blob.size && offset > 0 && !has_blob(blob))
        throw Error(ErrorCode::blob_unknown, fmt::format("there is no {}", what));
    if (offset > blob.size)
        throw Error(ErrorCode::range_invalid, fmt::format("{} has no byte {}", what, offset));
    if (offset == blob.size && offset > 0) return std::make_unique<MemorySource>("");
    auto source = std::make_unique<ParallelBlob>(
        session_, repository_, blob, offset,
        ParallelLimits{.connections = session_->options().blob_connections});
    if (offset > 0) return source;
    return std::make_unique<codec::VerifyingSource>(std::move(source), blob.digest, blob.size,
                                                    what);
}

std::optional<registry::OpenedBlob> RemoteRepository::open_blob(
    const oci::Digest& digest, const std::optional<registry::RangeWanted>& wanted) {
    Call get = blob_call(*session_, repository_, digest);
    if (wanted) get.headers.set("Range", wanted->field());
    Answer answer = session_->send(get);
    const int status = answer.status();
    if (status == 404) return std::nullopt;
    if (status != 200 && status != 206 && status != 416) throw session_->failure(answer, get);
    auto size = size_told(answer);
    if (!size) size = blob_size(digest);
    if (!size) return std::nullopt;
    const auto part = registry::part_of(*size, wanted);
    if (!part) return registry::OpenedBlob{*size, nullptr};
    auto source = std::make_unique<BlobSource>(
        session_, repository_,
        BegunBlob{.blob = {.media_type = {}, .digest = digest, .size = *size},
                  .range = {.begin = part->first, .end = part->first + part->length},
                  .answer = std::move(answer)});
    if (part->length < *size) return registry::OpenedBlob{*size, std::move(source)};
    return registry::OpenedBlob{*size, std::make_unique<codec::VerifyingSource>(
                                           std::move(source), digest, *size, get.what)};
}

void RemoteRepository::push_blob(const oci::Descriptor& blob,
                                 const registry::OpenContent& content) {
    if (!has_blob(blob)) Upload(*session_, repository_, blob).push(content);
}

bool RemoteRepository::mount(const oci::Descriptor& blob, std::string_view from_repository) {
    const std::string from = oci::parse_repository_name(from_repository).value();
    return Upload(*session_, repository_, blob).mount(from);
}

void RemoteRepository::push_manifest(const registry::Document& document, std::string_view tag) {
    const std::string& type = document.descriptor.media_type;
    std::optional<registry::Referrer> referrer;
    if (oci::media_type::is_manifest(type) || oci::media_type::is_index(type))
        referrer = registry::referrer_of(document); // first: nonsense is not sent at all
    const Manifests::SubjectSeen seen = manifests_.put(document, tag);
    if (referrer && seen == Manifests::SubjectSeen::no) referrers_.add_to_fallback(*referrer);
}

registry::Page RemoteRepository::tags(std::string_view after, std::size_t limit) {
    const Listing listing{
        .path = resource_path(repository_, "tags", "list"),
        .member = "tags",
        .access = {repository_, Scopes::pull(repository_)},
        .what = fmt::format("the list of tags of {}", name()),
        .is_name = [](std::string_view tag) { return oci::parse_tag(tag).has_value(); },
        .refused =
            [this](Answer& answer, const Call& call) {
                if (answer.status() == 404)
                    throw Error(ErrorCode::name_unknown, session_->failure(answer, call).message());
            }};
    return list_names(*session_, listing, after, limit);
}

std::vector<oci::Descriptor> RemoteRepository::referrers(const oci::Digest& subject,
                                                         std::string_view artifact_type) {
    return referrers_.list(subject, artifact_type);
}

} // namespace berth::client
