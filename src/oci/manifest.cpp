#include "oci/manifest.hpp"

#include "base/text.hpp"
#include "oci/annotations.hpp"
#include "oci/manifest_document.hpp"
#include "oci/media_type.hpp"

#include <fmt/format.h>

namespace berth::oci {
namespace {

Manifest read_manifest(const json::Value& document, std::string_view served) {
    std::string type = checked_media_type(document, served, DocumentKind::manifest);
    const json::Reader reader(document, "");
    const auto config = reader.object("config");
    if (!config) throw Error(ErrorCode::manifest_invalid, "field config is missing");
    Manifest manifest{.media_type = std::move(type),
                      .artifact_type = reader.text("artifactType").value_or(""),
                      .config = read_descriptor(*config),
                      .layers = read_descriptors(document, "layers"),
                      .subject = read_subject(reader),
                      .annotations = read_annotations(reader)};
    if (manifest.artifact_type.empty()) manifest.artifact_type = manifest.config.media_type;
    return manifest;
}

std::vector<Descriptor> read_successors(const json::Value& document, std::string_view served) {
    if (media_type::is_index(own_media_type(document))) {
        checked_media_type(document, served, DocumentKind::index);
        return read_descriptors(document, "manifests");
    }
    Manifest manifest = read_manifest(document, served);
    std::vector<Descriptor> all{std::move(manifest.config)};
    for (auto& layer : manifest.layers) all.push_back(std::move(layer));
    return all;
}

} // namespace

Result<Manifest> parse_manifest(std::string_view text, std::string_view media_type) {
    return reading_manifest([&] { return read_manifest(parse_document(text), media_type); });
}

Result<std::string> detect_media_type(std::string_view text) {
    return reading_manifest([&] { return own_media_type(parse_document(text)); });
}

std::string write_manifest(const Manifest& manifest) {
    json::Object object;
    object["schemaVersion"] = 2;
    object["mediaType"] = manifest.media_type;
    // With the empty config the specification asks for it; else the config's type says the same.
    const bool said_by_config = manifest.artifact_type == manifest.config.media_type &&
                                manifest.config.media_type != media_type::oci_empty;
    if (!manifest.artifact_type.empty() && !said_by_config)
        object["artifactType"] = manifest.artifact_type;
    object["config"] = write_descriptor(manifest.config);
    json::Array layers;
    for (const auto& layer : manifest.layers) layers.push_back(write_descriptor(layer));
    object["layers"] = std::move(layers);
    if (manifest.subject) object["subject"] = write_descriptor(*manifest.subject);
    if (!manifest.annotations.empty())
        object["annotations"] = write_annotations(manifest.annotations);
    return json::write(object);
}

Result<std::vector<Descriptor>> successors(std::string_view text, std::string_view media_type) {
    return reading_manifest([&] { return read_successors(parse_document(text), media_type); });
}

} // namespace berth::oci
