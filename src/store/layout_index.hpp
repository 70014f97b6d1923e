// LayoutIndex: the index.json of an OCI layout, to read and to change.
#pragma once

#include "base/json.hpp"
#include "oci/descriptor.hpp"

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace berth::store {

/// A value. What it does not know of (other members, entries of other tools) stays as it was.
class LayoutIndex {
public:
    LayoutIndex(); ///< lists nothing

    /// At most oci::manifest_limit bytes. Errors: content_invalid or manifest_invalid that name
    /// `place`.
    static LayoutIndex parse(std::string_view text, std::string_view place);

    const std::vector<oci::Descriptor>& entries() const { return entries_; }
    /// The entry with this reference name. Several that differ are Error content_invalid.
    std::optional<oci::Descriptor> named(std::string_view ref_name) const;
    std::optional<oci::Descriptor> with_digest(const oci::Digest& digest) const;
    std::set<std::string> ref_names() const;

    /// Lists `manifest` under `tag` and nowhere else under it; an entry for it without a name
    /// goes. With an empty tag it is listed unless some entry has it. False if nothing changed.
    bool put(const oci::Descriptor& manifest, std::string_view tag);
    /// Removes entries without a name for these: a parent lists them now. False if there was none.
    bool remove_unnamed(const std::set<oci::Digest>& digests);

    std::string text() const;

private:
    template <class Drop>
    bool remove_if(Drop&& drop);

    json::Object document_;
    std::vector<oci::Descriptor> entries_; ///< in the order of document_["manifests"]
};

/// Checks the content of an oci-layout file: version 1.0.0, else Error unsupported or
/// content_invalid that names `place`.
void check_layout_version(std::string_view text, std::string_view place);
std::string layout_version_text();

/// Largest oci-layout file.
inline constexpr std::uint64_t layout_version_limit = 4096;

} // namespace berth::store
