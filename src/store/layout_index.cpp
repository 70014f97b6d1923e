#include "store/layout_index.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "oci/manifest.hpp"
#include "oci/media_type.hpp"

#include <fmt/format.h>

namespace berth::store {
namespace {

constexpr std::string_view layout_version = "1.0.0";

std::string_view ref_name_of(const oci::Descriptor& entry) {
    const auto found = entry.annotations.find(std::string(oci::ref_name_annotation));
    return found == entry.annotations.end() ? std::string_view() : found->second;
}

} // namespace

LayoutIndex::LayoutIndex() {
    document_["schemaVersion"] = 2;
    document_["mediaType"] = oci::media_type::oci_index;
    document_["manifests"] = json::Array();
}

LayoutIndex LayoutIndex::parse(std::string_view text, std::string_view place) {
    try {
        LayoutIndex index;
        index.entries_ = oci::parse_index(text, "").value().manifests;
        index.document_ = std::move(json::parse(text).value().as_object());
        // null lists nothing; changing it needs a list.
        if (!index.document_["manifests"].is_array()) index.document_["manifests"] = json::Array();
        return index;
    } catch (Error& error) {
        error.add_context(std::string(place));
        throw;
    }
}

std::optional<oci::Descriptor> LayoutIndex::named(std::string_view ref_name) const {
    const oci::Descriptor* found = nullptr;
    for (const auto& entry : entries_) {
        if (ref_name_of(entry) != ref_name) continue;
        if (found != nullptr && !found->same_content(entry))
            throw Error(ErrorCode::content_invalid,
                        fmt::format("index.json lists {} twice: {} and {}", berth::quoted(ref_name),
                                    found->digest.text(), entry.digest.text()))
                .set_hint("name one of them by its digest");
        found = &entry;
    }
    if (found == nullptr) return std::nullopt;
    return *found;
}

std::optional<oci::Descriptor> LayoutIndex::with_digest(const oci::Digest& digest) const {
    for (const auto& entry : entries_)
        if (entry.digest == digest) return entry;
    return std::nullopt;
}

std::set<std::string> LayoutIndex::ref_names() const {
    std::set<std::string> names;
    for (const auto& entry : entries_)
        if (const auto name = ref_name_of(entry); !name.empty()) names.emplace(name);
    return names;
}

template <class Drop>
bool LayoutIndex::remove_if(Drop&& drop) {
    json::Array& array = document_["manifests"].as_array();
    bool changed = false;
    for (std::size_t i = entries_.size(); i-- > 0;) {
        if (!drop(entries_[i])) continue;
        entries_.erase(entries_.begin() + static_cast<std::ptrdiff_t>(i));
        array.erase(array.begin() + static_cast<std::ptrdiff_t>(i));
        changed = true;
    }
    return changed;
}

bool LayoutIndex::put(const oci::Descriptor& manifest, std::string_view tag) {
    const auto same = [&](const oci::Descriptor& entry) { return entry.same_content(manifest); };
    if (tag.empty() && with_digest(manifest.digest)) return false;
    if (!tag.empty()) {
        if (const auto now = named(tag); now && same(*now)) return false;
        remove_if([&](const oci::Descriptor& entry) {
            const auto name = ref_name_of(entry);
            return name == tag || (name.empty() && same(entry));
        });
    }
    if (entries_.size() >= oci::descriptor_limit)
        throw Error(ErrorCode::limit_exceeded,
                    fmt::format("index.json lists {} manifests already; that is the limit",
                                entries_.size()));
    oci::Descriptor entry{.media_type = manifest.media_type,
                          .digest = manifest.digest,
                          .size = manifest.size,
                          .platform = manifest.platform,
                          .artifact_type = manifest.artifact_type};
    if (!tag.empty()) entry.annotations.emplace(oci::ref_name_annotation, tag);
    document_["manifests"].as_array().push_back(oci::write_descriptor(entry));
    entries_.push_back(std::move(entry));
    return true;
}

bool LayoutIndex::remove_unnamed(const std::set<oci::Digest>& digests) {
    return remove_if([&](const oci::Descriptor& entry) {
        return ref_name_of(entry).empty() && digests.count(entry.digest) != 0;
    });
}

std::string LayoutIndex::text() const {
    return json::write(document_);
}

void check_layout_version(std::string_view text, std::string_view place) {
    try {
        const json::Value document = json::parse(text).value();
        const auto version = json::Reader(document, "").required_text("imageLayoutVersion");
        if (version != layout_version)
            throw Error(ErrorCode::unsupported,
                        fmt::format("the layout has version {}; only {} is supported",
                                    berth::quoted(version), layout_version));
    } catch (Error& error) {
        error.add_context(std::string(place));
        throw;
    }
}

std::string layout_version_text() {
    json::Object document;
    document["imageLayoutVersion"] = layout_version;
    return json::write(document);
}

} // namespace berth::store
