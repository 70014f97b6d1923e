// Manifests, indexes and configurations from foreign bytes: whatever is accepted is written in a
// form that is accepted again and means the same, and no document is both manifest and index.
#include "base/json.hpp"
#include "oci/manifest.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

namespace {

void require(bool condition) {
    if (!condition) std::abort();
}

bool same(const berth::oci::Descriptor& a, const berth::oci::Descriptor& b) {
    return a.same_content(b) && a.media_type == b.media_type && a.annotations == b.annotations &&
           a.platform == b.platform && a.artifact_type == b.artifact_type;
}

bool same(const std::vector<berth::oci::Descriptor>& a,
          const std::vector<berth::oci::Descriptor>& b) {
    if (a.size() != b.size()) return false;
    for (std::size_t i = 0; i < a.size(); ++i)
        if (!same(a[i], b[i])) return false;
    return true;
}

/// Boost.JSON reads numbers that are no 64-bit integers to within a unit in the last place only, so
/// they do not come back to the bit. No document of the specifications holds such a number.
bool holds_fraction(const berth::json::Value& value) {
    const auto inner = [](const auto& each) { return holds_fraction(each); };
    if (value.is_array())
        return std::any_of(value.as_array().begin(), value.as_array().end(), inner);
    if (value.is_object())
        return std::any_of(value.as_object().begin(), value.as_object().end(),
                           [](const auto& member) { return holds_fraction(member.value()); });
    return value.is_double();
}

void check_json(std::string_view text) {
    const auto value = berth::json::parse(text);
    if (!value) return;
    for (const auto& form : {berth::json::write(*value), berth::json::write_pretty(*value)}) {
        const auto again = berth::json::parse(form);
        require(again.has_value());
        require(holds_fraction(*value) || berth::json::write(*again) == berth::json::write(*value));
    }
}

bool check_manifest(std::string_view text) {
    const auto manifest = berth::oci::parse_manifest(text, "");
    if (!manifest) return false;
    const auto written = berth::oci::write_manifest(*manifest);
    if (written.size() > berth::oci::manifest_limit) return true; // escapes may be longer
    const auto again = berth::oci::parse_manifest(written, manifest->media_type);
    require(again.has_value());
    require(same(again->config, manifest->config) && same(again->layers, manifest->layers));
    require(again->subject.has_value() == manifest->subject.has_value());
    require(again->annotations == manifest->annotations);
    require(again->artifact_type == manifest->artifact_type);
    return true;
}

bool check_index(std::string_view text) {
    const auto index = berth::oci::parse_index(text, "");
    if (!index) return false;
    const auto written = berth::oci::write_index(*index);
    if (written.size() > berth::oci::manifest_limit) return true;
    const auto again = berth::oci::parse_index(written, index->media_type);
    require(again.has_value());
    require(same(again->manifests, index->manifests));
    require(again->annotations == index->annotations);
    return true;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    check_json(text);
    const bool is_manifest = check_manifest(text);
    const bool is_index = check_index(text);
    require(!(is_manifest && is_index));
    require(berth::oci::successors(text, "").has_value() == (is_manifest || is_index));
    const auto config = berth::oci::parse_image_config(text);
    if (config) require(config->diff_ids.size() <= berth::oci::descriptor_limit);
    return 0;
}
