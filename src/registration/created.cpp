#include "registration/created.hpp"

#include "base/date_time.hpp"
#include "base/error.hpp"
#include "base/source.hpp"
#include "oci/manifest.hpp"
#include "oci/media_type.hpp"

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>

namespace berth::registration {
namespace {

constexpr std::uint64_t config_limit = 1024 * 1024;

std::int64_t milliseconds(std::string_view text) {
    const auto time = parse_date_time(text);
    if (time.has_error()) return 0;
    const auto since =
        std::chrono::duration_cast<std::chrono::milliseconds>(time->time_since_epoch()).count();
    // Builds that can be repeated say 1970, or the year 1: nobody would call that a date.
    constexpr std::int64_t day = 24LL * 60 * 60 * 1000;
    return since > day ? since : 0;
}

std::int64_t annotated(const oci::Annotations& annotations) {
    const auto found = annotations.find("org.opencontainers.image.created");
    return found == annotations.end() ? 0 : milliseconds(found->second);
}

std::int64_t by_config(registry::Repository& repository, const oci::Descriptor& config) {
    if (!oci::media_type::is_image_config(config.media_type) || config.size > config_limit)
        return 0;
    const auto source = repository.fetch(config, 0);
    const auto parsed = json::parse(read_all(*source, config_limit, "the config"));
    if (parsed.has_error() || !parsed->is_object()) return 0;
    const auto* created = parsed->as_object().if_contains("created");
    return created != nullptr && created->is_string() ? milliseconds(created->get_string()) : 0;
}

std::int64_t of_manifest(registry::Repository& repository, const registry::Document& document) {
    const auto manifest = oci::parse_manifest(document.bytes, document.descriptor.media_type);
    if (manifest.has_error()) return 0;
    const std::int64_t said = annotated(manifest->annotations);
    return said != 0 ? said : by_config(repository, manifest->config);
}

/// The first that is an image and not an attestation of one.
const oci::Descriptor* first_image(const oci::Index& index) {
    const auto found = std::find_if(
        index.manifests.begin(), index.manifests.end(), [](const oci::Descriptor& child) {
            const bool nowhere = child.platform && child.platform->os == "unknown";
            return !oci::media_type::is_index(child.media_type) && !nowhere;
        });
    return found == index.manifests.end() ? nullptr : &*found;
}

std::int64_t of_index(registry::Repository& repository, const registry::Document& document) {
    const auto index = oci::parse_index(document.bytes, document.descriptor.media_type);
    if (index.has_error()) return 0;
    if (const std::int64_t said = annotated(index->annotations)) return said;
    const oci::Descriptor* child = first_image(*index);
    if (child == nullptr) return 0;
    const auto image = repository.manifest(child->digest.text());
    return image ? of_manifest(repository, *image) : 0;
}

} // namespace

std::int64_t created_of(registry::Repository& repository, const registry::Document& document) {
    try {
        return oci::media_type::is_index(document.descriptor.media_type)
                   ? of_index(repository, document)
                   : of_manifest(repository, document);
    } catch (const Error& error) {
        // A date is no reason to go without the rest; a registry that fails will fail again there.
        if (error.code() == ErrorCode::cancelled) throw;
        return 0;
    }
}

} // namespace berth::registration
