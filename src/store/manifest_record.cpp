#include "store/manifest_record.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "codec/hasher.hpp"
#include "oci/manifest.hpp"
#include "oci/media_type.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace berth::store {
namespace {

using Present = std::function<bool(const oci::Descriptor&)>;

oci::Descriptor described(const registry::Document& document, std::string artifact_type,
                          oci::Annotations annotations) {
    return {.media_type = document.descriptor.media_type,
            .digest = document.descriptor.digest,
            .size = document.descriptor.size,
            .annotations = std::move(annotations),
            .platform = {},
            .artifact_type = std::move(artifact_type)};
}

template <class Parsed>
std::optional<oci::Digest> subject_of(const Parsed& parsed) {
    if (!parsed.subject) return std::nullopt;
    return parsed.subject->digest;
}

ManifestRecord describe_index(const registry::Document& document, const Present& present) {
    auto index = oci::parse_index(document.bytes, document.descriptor.media_type).value();
    ManifestRecord record{
        described(document, std::move(index.artifact_type), std::move(index.annotations)),
        subject_of(index)};
    for (auto& manifest : index.manifests) {
        const bool here = present(manifest);
        record.children.push_back({std::move(manifest), here});
    }
    return record;
}

ManifestRecord describe_manifest(const registry::Document& document) {
    auto manifest = oci::parse_manifest(document.bytes, document.descriptor.media_type).value();
    ManifestRecord record{
        described(document, std::move(manifest.artifact_type), std::move(manifest.annotations)),
        subject_of(manifest)};
    record.children.push_back({std::move(manifest.config), true});
    for (auto& layer : manifest.layers) {
        const bool required = !oci::media_type::is_nondistributable(layer.media_type);
        record.children.push_back({std::move(layer), required});
    }
    return record;
}

} // namespace

void check_bytes(const registry::Document& document) {
    const oci::Descriptor& said = document.descriptor;
    if (document.bytes.size() > oci::manifest_limit)
        throw Error(ErrorCode::limit_exceeded,
                    fmt::format("manifest {} has {} bytes; the limit is {}", said.digest.text(),
                                document.bytes.size(), oci::manifest_limit));
    if (document.bytes.size() != said.size)
        throw Error(ErrorCode::size_invalid,
                    fmt::format("manifest {} has {} bytes instead of {}", said.digest.text(),
                                document.bytes.size(), said.size));
    const auto actual = codec::digest_of(document.bytes, said.digest.algorithm());
    if (actual != said.digest)
        throw Error(ErrorCode::digest_invalid,
                    fmt::format("manifest {} has digest {}", said.digest.text(), actual.text()));
}

ManifestRecord describe(const registry::Document& document, const Present& present) {
    const std::string& type = document.descriptor.media_type;
    if (oci::media_type::is_index(type)) return describe_index(document, present);
    if (oci::media_type::is_manifest(type)) return describe_manifest(document);
    throw Error(ErrorCode::manifest_invalid,
                fmt::format("{} is neither a manifest nor an index", berth::quoted(type)));
}

void check_children(const ManifestRecord& record, const Present& present) {
    const auto refuse = [&](const oci::Descriptor& child) {
        throw Error(ErrorCode::manifest_blob_unknown,
                    fmt::format("manifest {} needs {}, which is not here",
                                record.descriptor.digest.text(), child.digest.text()))
            .set_hint("push what it points at first");
    };
    for (const Child& child : record.children)
        if (child.required && !present(child.descriptor)) refuse(child.descriptor);
    const bool sparse = oci::media_type::is_index(record.descriptor.media_type) &&
                        std::none_of(record.children.begin(), record.children.end(),
                                     [](const Child& child) { return child.required; });
    if (sparse && !record.children.empty()) refuse(record.children.front().descriptor);
}

} // namespace berth::store
