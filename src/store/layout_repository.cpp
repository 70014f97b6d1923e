#include "store/layout_repository.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "oci/manifest.hpp"
#include "oci/media_type.hpp"
#include "oci/reference.hpp"
#include "registry/referrer.hpp"
#include "store/stored_source.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace berth::store {
namespace {

std::optional<oci::Descriptor> only_entry(const LayoutIndex& index, const std::string& place) {
    const auto& entries = index.entries();
    if (entries.empty()) return std::nullopt;
    for (const auto& entry : entries)
        if (!entry.same_content(entries.front()))
            throw Error(ErrorCode::usage, fmt::format("{} holds {} manifests, and none was named",
                                                      berth::quoted(place), entries.size()))
                .set_hint(
                    index.ref_names().empty()
                        ? "name one by its digest"
                        : fmt::format("it has {}", berth::quoted(fmt::format(
                                                       "{}", fmt::join(index.ref_names(), ", ")))));
    return entries.front();
}

} // namespace

std::optional<oci::Descriptor> LayoutRepository::resolve(std::string_view tag_or_digest) {
    const LayoutIndex index = read_index();
    if (tag_or_digest.empty()) return only_entry(index, place_);
    // Reference names may be more than tags ("example.com/app:1.0"), so the list comes first.
    if (auto found = index.named(tag_or_digest)) return found;
    if (tag_or_digest.find(':') == std::string_view::npos) {
        oci::parse_tag(tag_or_digest).value();
        return std::nullopt;
    }
    const oci::Digest digest = oci::Digest::parse(tag_or_digest).value();
    if (auto found = index.with_digest(digest)) return found;
    return unlisted(digest);
}

/// Manifests that only another index lists: their type is in their bytes.
std::optional<oci::Descriptor> LayoutRepository::unlisted(const oci::Digest& digest) {
    auto extent = find(digest);
    if (!extent || extent->size > oci::manifest_limit) return std::nullopt;
    oci::Descriptor descriptor{.media_type = "", .digest = digest, .size = extent->size};
    const auto source =
        stored_blob(std::move(extent->file), extent->begin, extent->size, descriptor, 0, place_);
    const std::string bytes = read_all(*source, oci::manifest_limit, digest.text());
    auto type = oci::detect_media_type(bytes);
    if (type.has_error() || oci::successors(bytes, *type).has_error()) return std::nullopt;
    descriptor.media_type = std::move(*type);
    return descriptor;
}

std::optional<registry::Document> LayoutRepository::manifest(std::string_view tag_or_digest) {
    auto descriptor = resolve(tag_or_digest);
    if (!descriptor) return std::nullopt;
    if (descriptor->size > oci::manifest_limit)
        throw Error(ErrorCode::limit_exceeded,
                    fmt::format("manifest {} in {} has {} bytes; the limit is {}",
                                descriptor->digest.text(), berth::quoted(place_), descriptor->size,
                                oci::manifest_limit));
    std::string bytes =
        read_all(*fetch(*descriptor, 0), oci::manifest_limit, descriptor->digest.text());
    return registry::Document{std::move(*descriptor), std::move(bytes)};
}

bool LayoutRepository::has_blob(const oci::Descriptor& blob) {
    const auto extent = find(blob.digest);
    return extent && extent->size == blob.size;
}

std::unique_ptr<Source> LayoutRepository::fetch(const oci::Descriptor& blob, std::uint64_t offset) {
    auto extent = find(blob.digest);
    if (!extent)
        throw Error(ErrorCode::blob_unknown,
                    fmt::format("{} has no blob {}", berth::quoted(place_), blob.digest.text()));
    if (extent->size != blob.size)
        throw Error(ErrorCode::size_invalid,
                    fmt::format("blob {} in {} has {} bytes instead of {}", blob.digest.text(),
                                berth::quoted(place_), extent->size, blob.size));
    return stored_blob(std::move(extent->file), extent->begin, extent->size, blob, offset, place_);
}

bool LayoutRepository::mount(const oci::Descriptor& blob, std::string_view) {
    return has_blob(blob);
}

registry::Page LayoutRepository::tags(std::string_view after, std::size_t limit) {
    registry::Page page;
    if (limit == 0) return page;
    const auto names = read_index().ref_names();
    for (auto name = names.upper_bound(std::string(after)); name != names.end(); ++name) {
        if (page.names.size() == limit) {
            page.next = page.names.back();
            break;
        }
        page.names.push_back(*name);
    }
    return page;
}

std::vector<oci::Descriptor> LayoutRepository::referrers(const oci::Digest& subject,
                                                         std::string_view artifact_type) {
    std::vector<oci::Descriptor> found;
    std::set<oci::Digest> seen;
    const LayoutIndex index = read_index();
    for (const auto& entry : index.entries()) {
        const bool document = oci::media_type::is_manifest(entry.media_type) ||
                              oci::media_type::is_index(entry.media_type);
        if (!document || !seen.insert(entry.digest).second) continue;
        const auto manifest = this->manifest(entry.digest.text());
        auto referrer = manifest ? registry::referrer_of(*manifest) : std::nullopt;
        if (referrer && referrer->subject.digest == subject)
            found.push_back(std::move(referrer->descriptor));
    }
    return registry::filter_referrers(std::move(found), artifact_type);
}

} // namespace berth::store
