#include "api/browse_chart.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "base/utf8.hpp"
#include "chart/archive.hpp"
#include "chart/metadata.hpp"
#include "codec/decompress.hpp"
#include "codec/tar_reader.hpp"
#include "oci/manifest.hpp"
#include "oci/media_type.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace berth::api {
namespace {

using registration::ContentKind;

/// What Helm called the archive before its own media type was registered.
constexpr std::string_view legacy_chart = "application/tar+gzip";
constexpr std::size_t list_shown = 200;

Error not_a_chart(const Shown& shown) {
    return {ErrorCode::content_invalid,
            fmt::format("{} of {} is not a Helm chart", berth::quoted(shown.reference),
                        berth::quoted(shown.repository))};
}

/// The same file in other spellings is none that Helm writes; the first one counts.
std::string* place_of(ChartTexts& texts, std::string_view file) {
    const std::string lower = to_lower(file);
    if (lower == "readme.md" || lower == "readme" || lower == "readme.txt")
        return texts.readme.empty() ? &texts.readme : nullptr;
    if (file == "values.yaml") return &texts.values;
    if (file == "values.schema.json") return &texts.values_schema;
    return nullptr;
}

/// What is behind the limit is left unread.
std::string read_entry(codec::TarReader& reader) {
    std::string bytes;
    std::array<std::byte, 16 * 1024> buffer;
    while (const std::size_t count = reader.read(buffer)) {
        bytes.append(as_text(std::span(buffer).first(count)));
        if (bytes.size() <= shown_text_limit) continue;
        bytes.resize(shown_text_limit);
        return utf8_text(bytes) + fmt::format("\n… cut after {}", human_size(shown_text_limit));
    }
    return utf8_text(bytes);
}

struct ChartLayers {
    oci::Descriptor archive;
    bool provenance = false;
};

ChartLayers layers_of(const oci::Manifest& manifest, const Shown& shown) {
    std::optional<oci::Descriptor> archive;
    bool provenance = false;
    for (const auto& layer : manifest.layers) {
        const bool is_archive =
            layer.media_type == oci::media_type::helm_chart || layer.media_type == legacy_chart;
        if (is_archive && !archive) archive = layer;
        provenance = provenance || layer.media_type == oci::media_type::helm_provenance;
    }
    if (!archive) throw not_a_chart(shown);
    if (archive->size > shown_chart_limit)
        throw Error(ErrorCode::limit_exceeded,
                    fmt::format("the chart's archive has {}; at most {} are shown here",
                                human_size(archive->size), human_size(shown_chart_limit)))
            .set_hint("pull it to look inside: the commands are with its manifest");
    return {std::move(*archive), provenance};
}

json::Object write_texts(const ChartTexts& texts) {
    return {
        {"readme", texts.readme}, {"values", texts.values}, {"valuesSchema", texts.values_schema}};
}

/// {readme, values, valuesSchema}: from the cache, or from the archive.
json::Object texts_of(const ContentReader& reader, const oci::Descriptor& archive,
                      const std::string& name) {
    if (const auto known = reader.made("chart", archive.digest))
        return json::parse(*known).value().as_object();
    const auto unpacked =
        codec::gunzip(reader.repository().fetch(archive, 0), {.output = shown_chart_limit});
    json::Object texts = write_texts(read_chart_texts(*unpacked, name));
    reader.keep("chart", archive.digest, json::write(texts));
    return texts;
}

json::Array write_list(const json::Reader& config, std::string_view key) {
    json::Array written;
    for (std::string& text : config.texts(key)) {
        if (written.size() == list_shown) break;
        written.push_back(json::Value(text));
    }
    return written;
}

json::Array write_objects(const json::Reader& config, std::string_view key,
                          std::initializer_list<const char*> members) {
    json::Array written;
    for (const json::Reader& each : config.objects(key)) {
        if (written.size() == list_shown) break;
        json::Object object;
        for (const char* member : members) object[member] = each.text(member).value_or("");
        written.push_back(std::move(object));
    }
    return written;
}

void put_words(const json::Reader& config, json::Object& written) {
    for (const char* key : {"appVersion", "description", "icon", "home", "type"}) {
        written[key] = "";
        leniently([&] { written[key] = config.text(key).value_or(""); });
    }
    for (const char* key : {"keywords", "sources"}) {
        written[key] = json::Array();
        leniently([&] { written[key] = write_list(config, key); });
    }
    written["maintainers"] = json::Array();
    leniently([&] {
        written["maintainers"] = write_objects(config, "maintainers", {"name", "email", "url"});
    });
    written["dependencies"] = json::Array();
    leniently([&] {
        written["dependencies"] =
            write_objects(config, "dependencies", {"name", "version", "repository"});
    });
    written["deprecated"] = false;
    leniently([&] { written["deprecated"] = config.boolean("deprecated").value_or(false); });
}

} // namespace

ChartTexts read_chart_texts(Source& archive, const std::string& name) {
    codec::TarReader reader(archive, {.entries = chart::extract_limits.entries});
    ChartTexts texts;
    while (const codec::TarEntry* entry = reader.next()) {
        chart::check_entry(*entry, name);
        if (entry->type != codec::TarType::file) continue;
        std::string_view path = entry->path;
        while (path.starts_with("./")) path.remove_prefix(2);
        if (!path.starts_with(name + "/")) continue;
        if (std::string* place = place_of(texts, path.substr(name.size() + 1)))
            *place = read_entry(reader);
    }
    reader.drain();
    return texts;
}

json::Object chart_view(const ContentReader& reader, const Shown& shown) {
    const registry::Document document = shown_manifest(reader, shown);
    const auto manifest = oci::parse_manifest(document.bytes, document.descriptor.media_type);
    if (manifest.has_error() || manifest->config.media_type != oci::media_type::helm_config)
        throw not_a_chart(shown);
    const std::string config = reader.blob(manifest->config, config_limit, "the chart's config");
    const chart::Metadata metadata = chart::parse_metadata(config).value();
    const ChartLayers layers = layers_of(*manifest, shown);
    json::Object written{{"digest", document.descriptor.digest.text()},
                         {"name", metadata.name},
                         {"version", metadata.version}};
    const json::Value value = json::parse(config).value();
    put_words(json::Reader(value, ""), written);
    for (auto& [key, text] : texts_of(reader, layers.archive, metadata.name)) written[key] = text;
    written["provenance"] = layers.provenance;
    written["commands"] = commands_for(shown, document, ContentKind::chart);
    return written;
}

} // namespace berth::api
