#include "chart/metadata.hpp"

#include "base/json.hpp"
#include "base/source.hpp"
#include "base/text.hpp"
#include "oci/manifest.hpp"
#include "oci/media_type.hpp"

#include <fmt/format.h>

namespace berth::chart {
namespace {

[[noreturn]] void refuse(std::string_view field, std::string_view text, std::string_view why) {
    throw Error(ErrorCode::content_invalid,
                fmt::format("field {} is {}; {}", field, berth::quoted(text), why));
}

Metadata read(std::string_view text) {
    const json::Value value = json::parse(text).value();
    const json::Reader reader(value, "");
    Metadata metadata{.name = reader.required_text("name"),
                      .version = reader.required_text("version"),
                      .app_version = reader.text("appVersion").value_or(""),
                      .description = reader.text("description").value_or(""),
                      .type = reader.text("type").value_or(""),
                      .icon = reader.text("icon").value_or("")};
    if (!is_chart_name(metadata.name))
        refuse("name", metadata.name,
               "a chart's name has letters, digits and . _ -, begins with a letter or digit and "
               "has 120 bytes at most");
    if (!is_chart_version(metadata.version))
        refuse("version", metadata.version, "a chart's version is semantic, such as 1.2.3-rc.1+b7");
    return metadata;
}

} // namespace

Result<Metadata> parse_metadata(std::string_view text) {
    try {
        return read(text);
    } catch (const Error& error) {
        return error;
    }
}

bool is_chart(const registry::Document& manifest) {
    const auto parsed = oci::parse_manifest(manifest.bytes, manifest.descriptor.media_type);
    return parsed.has_value() && parsed->config.media_type == oci::media_type::helm_config;
}

Metadata read_metadata(registry::Repository& repository, const registry::Document& manifest) {
    const auto parsed = oci::parse_manifest(manifest.bytes, manifest.descriptor.media_type).value();
    if (parsed.config.media_type != oci::media_type::helm_config)
        throw Error(ErrorCode::content_invalid,
                    fmt::format("not a Helm chart: its config is {}",
                                berth::quoted(parsed.config.media_type)));
    if (parsed.config.size > config_limit)
        throw Error(ErrorCode::limit_exceeded,
                    fmt::format("the chart's config has {} bytes; the limit is {}",
                                parsed.config.size, config_limit));
    try {
        const auto source = repository.fetch(parsed.config, 0);
        return parse_metadata(read_all(*source, config_limit, "the chart's config")).value();
    } catch (Error& error) {
        error.add_context("chart config");
        throw;
    }
}

} // namespace berth::chart
