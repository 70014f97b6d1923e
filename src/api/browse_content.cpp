#include "api/browse_content.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "base/utf8.hpp"
#include "chart/metadata.hpp"
#include "oci/manifest.hpp"
#include "oci/media_type.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace berth::api {
namespace {

using registration::ContentKind;

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
    // A digest too: what was deleted, or may not be read any more, is not to be had from here.
    const auto resolved = repository_.resolve(tag_or_digest);
    if (!resolved) return std::nullopt;
    if (auto known = cached_manifest(resolved->digest)) return known;
    auto document = repository_.manifest(resolved->digest.text());
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

} // namespace berth::api
