#include "cli/content.hpp"

#include "base/text.hpp"
#include "chart/chart.hpp"
#include "oci/media_type.hpp"

#include <fmt/format.h>

namespace berth::cli {
namespace {

constexpr std::uint64_t config_limit = 8 * 1024 * 1024;
constexpr int index_depth = 4;

std::string platform_list(const oci::Index& index) {
    std::vector<std::string> texts;
    for (const auto& manifest : index.manifests) {
        if (manifest.platform && manifest.platform->os != "unknown") {
            texts.push_back(manifest.platform->text());
        }
    }
    constexpr std::size_t most = 20;
    if (texts.size() > most) texts.resize(most);
    return fmt::format("{}", fmt::join(texts, ", "));
}

oci::Descriptor choose(const registry::Document& document, const oci::Platform& wanted) {
    const auto index = oci::parse_index(document.bytes, document.descriptor.media_type).value();
    auto chosen = oci::choose_platform(index, wanted);
    if (chosen) return std::move(*chosen);
    throw Error(ErrorCode::manifest_unknown,
                fmt::format("index {} has nothing for {}", document.descriptor.digest.short_hex(),
                            wanted.text()))
        .set_hint(fmt::format("choose with --platform; it has {}", platform_list(index)));
}

} // namespace

std::string chosen_tag(registry::Repository& repository, const Location& location) {
    if (location.tag_or_digest) return *location.tag_or_digest;
    if (location.kind == Location::Kind::registry) return "latest";
    const auto tags = repository.tags("", 20).names;
    if (tags.size() == 1) return tags.front();
    if (tags.empty()) {
        throw Error(ErrorCode::usage, fmt::format("{} holds no tag", location.text()))
            .set_hint("name a manifest by its digest: oci:PATH@sha256:…");
    }
    throw Error(ErrorCode::usage, fmt::format("{} holds several tags", location.text()))
        .set_hint(fmt::format("choose one, e.g. {}:{}; there are {}", location.text(), tags.front(),
                              fmt::join(tags, ", ")));
}

registry::Document find_document(registry::Repository& repository, const std::string& tag) {
    auto document = repository.manifest(tag);
    if (document) return std::move(*document);
    throw Error(ErrorCode::manifest_unknown,
                fmt::format("{} has no {} {}", repository.name(),
                            tag.find(':') == tag.npos ? "tag" : "manifest", tag))
        .set_hint(fmt::format("berth tags {} lists what is there", repository.name()));
}

registry::Document find_manifest(registry::Repository& repository, registry::Document document,
                                 const oci::Platform& wanted) {
    for (int depth = 0; oci::media_type::is_index(document.descriptor.media_type); ++depth) {
        if (depth == index_depth) {
            throw Error(ErrorCode::limit_exceeded,
                        fmt::format("indexes within indexes, more than {} deep", index_depth));
        }
        const auto listed = choose(document, wanted);
        document = find_document(repository, listed.digest.text());
        registry::check_listed_as(listed, document);
    }
    return document;
}

std::vector<oci::Platform> parse_platforms(const std::vector<std::string>& texts) {
    std::vector<oci::Platform> platforms;
    for (const auto& text : texts) platforms.push_back(oci::Platform::parse(text).value());
    return platforms;
}

oci::ImageConfig read_config(registry::Repository& repository, const oci::Manifest& manifest) {
    if (!oci::media_type::is_image_config(manifest.config.media_type)) {
        throw Error(ErrorCode::unsupported, fmt::format("this is no image: its config is {}",
                                                        berth::quoted(manifest.config.media_type)))
            .set_hint("charts and artifacts become files with berth pull REF -d DIR");
    }
    const auto source = repository.fetch(manifest.config, 0);
    return oci::parse_image_config(read_all(*source, config_limit, "the image's config")).value();
}

std::string kind_of(const registry::Document& document) {
    if (oci::media_type::is_index(document.descriptor.media_type)) return "index";
    if (chart::is_chart(document)) return "chart";
    const auto manifest =
        oci::parse_manifest(document.bytes, document.descriptor.media_type).value();
    return oci::media_type::is_image_config(manifest.config.media_type) ? "image" : "artifact";
}

} // namespace berth::cli
