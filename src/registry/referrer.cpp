#include "registry/referrer.hpp"

#include "oci/manifest.hpp"
#include "oci/media_type.hpp"

namespace berth::registry {
namespace {

template <class Parsed>
std::optional<Referrer> describe(const Document& document, Parsed parsed) {
    if (!parsed.subject) return std::nullopt;
    oci::Descriptor descriptor{.media_type = document.descriptor.media_type,
                               .digest = document.descriptor.digest,
                               .size = document.descriptor.size};
    descriptor.artifact_type = std::move(parsed.artifact_type);
    descriptor.annotations = std::move(parsed.annotations);
    return Referrer{std::move(*parsed.subject), std::move(descriptor)};
}

} // namespace

std::optional<Referrer> referrer_of(const Document& document) {
    const std::string& type = document.descriptor.media_type;
    if (oci::media_type::is_index(type))
        return describe(document, oci::parse_index(document.bytes, type).value());
    return describe(document, oci::parse_manifest(document.bytes, type).value());
}

std::string fallback_tag(const oci::Digest& subject) {
    std::string tag(subject.algorithm_name());
    tag += '-';
    tag += subject.hex().substr(0, 64);
    return tag;
}

std::vector<oci::Descriptor> filter_referrers(std::vector<oci::Descriptor> all,
                                              std::string_view artifact_type) {
    if (!artifact_type.empty())
        std::erase_if(all, [&](const auto& each) { return each.artifact_type != artifact_type; });
    return all;
}

} // namespace berth::registry
