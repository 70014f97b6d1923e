#include "oci/annotations.hpp"
#include "oci/manifest.hpp"
#include "oci/manifest_document.hpp"
#include "oci/media_type.hpp"

namespace berth::oci {
namespace {

Index read_index(const json::Value& document, std::string_view served) {
    std::string type = checked_media_type(document, served, DocumentKind::index);
    const json::Reader reader(document, "");
    return Index{.media_type = std::move(type),
                 .artifact_type = reader.text("artifactType").value_or(""),
                 .manifests = read_descriptors(document, "manifests"),
                 .subject = read_subject(reader),
                 .annotations = read_annotations(reader)};
}

/// Attestations of BuildKit are listed beside the images, for a platform that does not exist.
bool is_candidate(const Descriptor& descriptor) {
    return media_type::is_manifest(descriptor.media_type) && descriptor.platform &&
           descriptor.platform->os != "unknown" && descriptor.platform->architecture != "unknown";
}

} // namespace

Result<Index> parse_index(std::string_view text, std::string_view media_type) {
    return reading_manifest([&] { return read_index(parse_document(text), media_type); });
}

std::string write_index(const Index& index) {
    json::Object object;
    object["schemaVersion"] = 2;
    object["mediaType"] = index.media_type;
    if (!index.artifact_type.empty()) object["artifactType"] = index.artifact_type;
    json::Array manifests;
    for (const auto& manifest : index.manifests) manifests.push_back(write_descriptor(manifest));
    object["manifests"] = std::move(manifests);
    if (index.subject) object["subject"] = write_descriptor(*index.subject);
    if (!index.annotations.empty()) object["annotations"] = write_annotations(index.annotations);
    return json::write(object);
}

std::optional<Descriptor> choose_platform(const Index& index, const Platform& wanted) {
    const Descriptor* first = nullptr;
    for (const auto& descriptor : index.manifests) {
        if (!is_candidate(descriptor) || !wanted.accepts(*descriptor.platform)) continue;
        if (descriptor.platform->variant == wanted.variant) return descriptor;
        if (first == nullptr) first = &descriptor;
    }
    if (first == nullptr) return std::nullopt;
    return *first;
}

} // namespace berth::oci
