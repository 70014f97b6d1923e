#include "api/browse_content.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "chart/metadata.hpp"
#include "oci/manifest.hpp"
#include "oci/media_type.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace berth::api {
namespace {

using registration::ContentKind;

/// How many bytes the character at the front takes; 0 if it is none.
std::size_t character_length(std::string_view text) {
    const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(text[at]); };
    const unsigned lead = byte(0);
    if (lead < 0x80) return 1;
    const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (lead < 0xC2 || lead > 0xF4 || text.size() < length) return 0;
    for (std::size_t at = 1; at < length; ++at) {
        if ((byte(at) & 0xC0) != 0x80) return 0;
    }
    // Too long a form, surrogates, beyond the last code point.
    const unsigned second = byte(1);
    const bool wrong = (lead == 0xE0 && second < 0xA0) || (lead == 0xED && second > 0x9F) ||
                       (lead == 0xF0 && second < 0x90) || (lead == 0xF4 && second > 0x8F);
    return wrong ? 0 : length;
}

std::string first_kilobyte(std::string_view text) {
    return std::string(text.substr(0, 1024));
}

registration::ChartWords words_of(const chart::Metadata& metadata) {
    return {.name = metadata.name,
            .version = metadata.version,
            .app_version = utf8_text(first_kilobyte(metadata.app_version)),
            .description = utf8_text(first_kilobyte(metadata.description)),
            .icon = utf8_text(first_kilobyte(metadata.icon))};
}

} // namespace

std::string ContentReader::key(std::string_view what, std::string_view digest) const {
    return fmt::format("{}\n{}\n{}", scope_, what, digest);
}

std::shared_ptr<const std::string> ContentReader::made(std::string_view what,
                                                       const oci::Digest& digest) const {
    return cache_.find(key(what, digest.text()));
}

void ContentReader::keep(std::string_view what, const oci::Digest& digest,
                         std::string bytes) const {
    cache_.put(key(what, digest.text()), std::move(bytes));
}

std::optional<registry::Document> ContentReader::cached_manifest(const oci::Digest& digest) const {
    const auto found = made("manifest", digest);
    if (!found) return std::nullopt;
    const std::size_t line = found->find('\n');
    std::string bytes = found->substr(line + 1);
    return registry::Document{
        {.media_type = found->substr(0, line), .digest = digest, .size = bytes.size()},
        std::move(bytes)};
}

std::optional<registry::Document> ContentReader::manifest(std::string_view tag_or_digest) const {
    std::string reference(tag_or_digest);
    auto digest = oci::Digest::parse(reference);
    if (digest.has_error()) {
        const auto resolved = repository_.resolve(reference);
        if (!resolved) return std::nullopt;
        digest = resolved->digest;
        reference = digest->text();
    }
    if (auto known = cached_manifest(*digest)) return known;
    auto document = repository_.manifest(reference);
    if (document)
        keep("manifest", document->descriptor.digest,
             document->descriptor.media_type + "\n" + document->bytes);
    return document;
}

std::string ContentReader::blob(const oci::Descriptor& blob, std::uint64_t limit,
                                std::string_view what) const {
    if (blob.size > limit)
        throw Error(ErrorCode::limit_exceeded,
                    fmt::format("{} has {}; at most {} are shown here", what, human_size(blob.size),
                                human_size(limit)));
    if (const auto known = made("blob", blob.digest)) return *known;
    const auto source = repository_.fetch(blob, 0);
    std::string bytes = read_all(*source, limit, what);
    keep("blob", blob.digest, bytes);
    return bytes;
}

Description describe(const ContentReader& reader, const registry::Document& manifest) {
    if (oci::media_type::is_index(manifest.descriptor.media_type))
        return {.kind = ContentKind::index};
    const auto parsed = oci::parse_manifest(manifest.bytes, manifest.descriptor.media_type);
    if (parsed.has_error()) return {};
    const std::string& config = parsed->config.media_type;
    if (oci::media_type::is_image_config(config)) return {.kind = ContentKind::image};
    if (config != oci::media_type::helm_config) return {.kind = ContentKind::artifact};
    try {
        const auto metadata = chart::parse_metadata(
            reader.blob(parsed->config, chart::config_limit, "the chart's config"));
        if (metadata.has_value()) return {.kind = ContentKind::chart, .chart = words_of(*metadata)};
    } catch (const Error& error) {
        if (error.code() != ErrorCode::limit_exceeded && error.code() != ErrorCode::blob_unknown)
            throw;
    }
    return {.kind = ContentKind::artifact};
}

std::string utf8_text(std::string_view bytes) {
    std::string text;
    text.reserve(bytes.size());
    while (!bytes.empty()) {
        const std::size_t length = character_length(bytes);
        if (length == 0)
            text += "\xEF\xBF\xBD";
        else
            text += bytes.substr(0, length);
        bytes.remove_prefix(std::max<std::size_t>(length, 1));
    }
    return text;
}

} // namespace berth::api
