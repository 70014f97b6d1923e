#include "oci/manifest_document.hpp"

#include "base/text.hpp"
#include "oci/media_type.hpp"

#include <fmt/format.h>

namespace berth::oci {
namespace {

[[noreturn]] void refuse_document(std::string message) {
    throw Error(ErrorCode::manifest_invalid, std::move(message));
}

void check_schema_version(const json::Reader& reader) {
    const auto version = reader.required_integer("schemaVersion");
    if (version == 2) return;
    Error error(ErrorCode::manifest_invalid,
                fmt::format("field schemaVersion is {}; only 2 is supported", version));
    if (version == 1)
        error.set_hint("Docker schema 1 images must be pushed again with a current client");
    throw error;
}

/// By fields alone; nothing if they do not tell.
std::string_view type_by_fields(const json::Reader& reader) {
    const bool is_index = reader.find("manifests") != nullptr;
    const bool is_manifest = reader.find("layers") != nullptr || reader.find("config") != nullptr;
    if (is_index && is_manifest)
        refuse_document(
            "the document has the fields of a manifest (config, layers) and of an index "
            "(manifests): it could be read as either");
    if (reader.find("fsLayers") != nullptr)
        refuse_document("the document has the field fsLayers of a Docker schema 1 manifest");
    if (is_index) return media_type::oci_index;
    if (is_manifest) return media_type::oci_manifest;
    return "";
}

std::string_view without_parameters(std::string_view type) {
    return trimmed(type.substr(0, type.find(';')));
}

bool fits(std::string_view type, DocumentKind kind) {
    return kind == DocumentKind::manifest ? media_type::is_manifest(type)
                                          : media_type::is_index(type);
}

} // namespace

json::Value parse_document(std::string_view text) {
    if (text.size() > document_limit)
        refuse_document(
            fmt::format("the document has {} bytes; the limit is {}", text.size(), document_limit));
    return json::parse(text).value();
}

std::string own_media_type(const json::Value& document) {
    const json::Reader reader(document, "");
    check_schema_version(reader);
    const auto by_fields = type_by_fields(reader);
    auto stated = reader.text("mediaType");
    if (!stated || stated->empty()) {
        if (by_fields.empty())
            refuse_document(
                "the document has neither a mediaType nor the fields of a manifest or an index");
        return std::string(by_fields);
    }
    if (!media_type::is_valid(*stated))
        refuse_document(
            fmt::format("field mediaType is not a media type: {}", berth::quoted(*stated)));
    const bool contradicts =
        (by_fields == media_type::oci_index && media_type::is_manifest(*stated)) ||
        (by_fields == media_type::oci_manifest && media_type::is_index(*stated));
    if (contradicts)
        refuse_document(fmt::format(
            "field mediaType says {}, but the document has the fields of {}", *stated, by_fields));
    return std::move(*stated);
}

std::string checked_media_type(const json::Value& document, std::string_view served,
                               DocumentKind kind) {
    std::string type = own_media_type(document);
    served = without_parameters(served);
    if (!served.empty()) {
        const bool says_itself = json::Reader(document, "").text("mediaType").value_or("") != "";
        if (says_itself && type != served)
            refuse_document(fmt::format("field mediaType says {}, but it was served as {}", type,
                                        berth::quoted(served)));
        // Fields tell a manifest from an index, not OCI from Docker: there the server's word
        // counts.
        if (!says_itself && media_type::is_index(type) == media_type::is_index(served))
            type = served;
        else if (!says_itself)
            refuse_document(
                fmt::format("the document has the fields of {}, but it was served as {}", type,
                            berth::quoted(served)));
    }
    if (!fits(type, kind))
        refuse_document(
            fmt::format("{} is not {}", berth::quoted(type),
                        kind == DocumentKind::manifest ? "an image manifest" : "an index"));
    return type;
}

std::vector<Descriptor> read_descriptors(const json::Value& document, std::string_view key) {
    const json::Reader reader(document, "");
    if (!document.as_object().contains({key.data(), key.size()}))
        refuse_document(fmt::format("field {} is missing", key));
    if (const auto* list = reader.find(key);
        list != nullptr && list->is_array() && list->get_array().size() > descriptor_limit)
        refuse_document(fmt::format("field {} has {} entries; the limit is {}", key,
                                    list->get_array().size(), descriptor_limit));
    std::vector<Descriptor> descriptors;
    for (const auto& element : reader.objects(key)) descriptors.push_back(read_descriptor(element));
    return descriptors;
}

std::optional<Descriptor> read_subject(const json::Reader& reader) {
    const auto subject = reader.object("subject");
    if (!subject) return std::nullopt;
    return read_descriptor(*subject);
}

} // namespace berth::oci
