#include "store/local_repository.hpp"

#include "base/error.hpp"
#include "oci/manifest.hpp"
#include "oci/reference.hpp"
#include "store/manifest_record.hpp"
#include "store/stored_source.hpp"

#include <fmt/format.h>

namespace berth::store {
namespace {

constexpr const char* damage_hint =
    "run `berth store check`, which takes damaged content out of use, then fetch it again";

} // namespace

std::optional<oci::Descriptor> LocalRepository::resolve(std::string_view tag_or_digest) {
    // A tag has no colon; what looks like a digest but is none must not become a tag.
    const bool by_digest = tag_or_digest.find(':') != std::string_view::npos;
    auto found = by_digest ? store_.index().manifest(oci::Digest::parse(tag_or_digest).value())
                           : store_.index().tagged(name_, oci::parse_tag(tag_or_digest).value());
    if (found && !store_.blobs().has(*found)) return std::nullopt;
    return found;
}

std::optional<registry::Document> LocalRepository::manifest(std::string_view tag_or_digest) {
    auto descriptor = resolve(tag_or_digest);
    if (!descriptor) return std::nullopt;
    const auto source = fetch(*descriptor, 0);
    std::string bytes = read_all(*source, oci::manifest_limit,
                                 fmt::format("manifest {}", descriptor->digest.text()));
    return registry::Document{std::move(*descriptor), std::move(bytes)};
}

bool LocalRepository::has_blob(const oci::Descriptor& blob) {
    return store_.blobs().has(blob);
}

std::unique_ptr<Source> LocalRepository::fetch(const oci::Descriptor& blob, std::uint64_t offset) {
    auto opened = store_.blobs().open(blob);
    if (!opened)
        throw Error(ErrorCode::blob_unknown,
                    fmt::format("{} has no blob {}", name(), blob.digest.text()));
    return trusted(
        stored_blob(std::move(opened->file), 0, opened->size, blob, offset, store_.name()),
        damage_hint);
}

void LocalRepository::push_blob(const oci::Descriptor& blob, const registry::OpenContent& content) {
    if (store_.commit(blob, content)) store_.index().record_blob(blob.digest, blob.size);
}

bool LocalRepository::mount(const oci::Descriptor& blob, std::string_view) {
    return store_.blobs().has(blob);
}

void LocalRepository::push_manifest(const registry::Document& document, std::string_view tag) {
    if (!tag.empty()) oci::parse_tag(tag).value();
    check_bytes(document);
    const auto present = [&](const oci::Descriptor& blob) { return store_.blobs().has(blob); };
    const ManifestRecord record = describe(document, present);
    check_children(record, present);
    store_.commit(document.descriptor,
                  [&] { return std::make_unique<MemorySource>(document.bytes); });
    store_.index().record_manifest(record, name_, tag);
}

registry::Page LocalRepository::tags(std::string_view after, std::size_t limit) {
    return store_.index().tags(name_, after, limit);
}

std::vector<oci::Descriptor> LocalRepository::referrers(const oci::Digest& subject,
                                                        std::string_view artifact_type) {
    return store_.index().referrers(subject, artifact_type);
}

} // namespace berth::store
