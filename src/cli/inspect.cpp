#include "base/text.hpp"
#include "chart/chart.hpp"
#include "cli/content.hpp"
#include "cli/registry_flags.hpp"
#include "cli/session.hpp"
#include "cli/table.hpp"
#include "oci/media_type.hpp"

#include <fmt/format.h>

namespace berth::cli {
namespace {

json::Array texts(const std::vector<std::string>& list) {
    json::Array array;
    for (const auto& text : list) array.emplace_back(text);
    return array;
}

json::Object text_map(const std::map<std::string, std::string>& map) {
    json::Object object;
    for (const auto& [key, value] : map) object[key] = value;
    return object;
}

json::Array layers_value(const oci::Manifest& manifest) {
    json::Array layers;
    for (const auto& layer : manifest.layers) {
        json::Object value{
            {"digest", layer.digest.text()}, {"size", layer.size}, {"mediaType", layer.media_type}};
        const auto title = layer.annotations.find(std::string(oci::title_annotation));
        if (title != layer.annotations.end()) value["title"] = title->second;
        layers.push_back(std::move(value));
    }
    return layers;
}

json::Object config_value(const oci::ImageConfig& config) {
    return {{"platform", config.platform.text()},
            {"created", config.created},
            {"user", config.user},
            {"entrypoint", texts(config.entrypoint)},
            {"cmd", texts(config.cmd)},
            {"env", texts(config.env)},
            {"workingDir", config.working_dir},
            {"stopSignal", config.stop_signal},
            {"exposedPorts", texts(config.exposed_ports)},
            {"volumes", texts(config.volumes)},
            {"labels", text_map(config.labels)}};
}

json::Array platforms_value(const oci::Index& index) {
    json::Array list;
    for (const auto& manifest : index.manifests) {
        json::Object value{{"digest", manifest.digest.text()},
                           {"size", manifest.size},
                           {"mediaType", manifest.media_type}};
        value["platform"] = manifest.platform ? manifest.platform->text() : "";
        list.push_back(std::move(value));
    }
    return list;
}

void describe_chart(registry::Repository& repository, const registry::Document& document,
                    json::Object& value) {
    const auto chart = chart::read_metadata(repository, document);
    value["chart"] = json::Object{{"name", chart.name},
                                  {"version", chart.version},
                                  {"appVersion", chart.app_version},
                                  {"description", chart.description},
                                  {"type", chart.type}};
}

json::Object describe(registry::Repository& repository, const Location& location,
                      const registry::Document& document) {
    const auto& descriptor = document.descriptor;
    const auto kind = kind_of(document);
    json::Object value{{"reference", location.text()},
                       {"kind", kind},
                       {"digest", descriptor.digest.text()},
                       {"mediaType", descriptor.media_type}};
    if (kind == "index") {
        const auto index = oci::parse_index(document.bytes, descriptor.media_type).value();
        value["annotations"] = text_map(index.annotations);
        value["manifests"] = platforms_value(index);
        return value;
    }
    const auto manifest = oci::parse_manifest(document.bytes, descriptor.media_type).value();
    std::uint64_t size = manifest.config.size;
    for (const auto& layer : manifest.layers) size += layer.size;
    value["size"] = size;
    if (kind == "artifact") value["artifactType"] = manifest.artifact_type;
    if (kind == "image") value["config"] = config_value(read_config(repository, manifest));
    if (kind == "chart") describe_chart(repository, document, value);
    if (manifest.subject) value["subject"] = manifest.subject->digest.text();
    value["annotations"] = text_map(manifest.annotations);
    value["layers"] = layers_value(manifest);
    return value;
}

const std::vector<Column> layer_columns = {{"LAYER", "digest"},
                                           {"SIZE", "size", Column::Kind::size},
                                           {"TITLE", "title"},
                                           {"MEDIA TYPE", "mediaType", Column::Kind::text, true}};

Report whole_report(json::Object value) {
    const auto list = Column::Kind::list;
    return {std::move(value),
            {{Section::Shape::card,
              "",
              {{"Reference", "reference"},
               {"Kind", "kind"},
               {"Digest", "digest"},
               {"Media type", "mediaType"},
               {"Artifact type", "artifactType"},
               {"Size", "size", Column::Kind::size},
               {"Chart", "chart.name"},
               {"Version", "chart.version"},
               {"App version", "chart.appVersion"},
               {"Description", "chart.description"},
               {"Subject", "subject"},
               {"Platform", "config.platform"},
               {"Created", "config.created"},
               {"User", "config.user"},
               {"Entrypoint", "config.entrypoint", list},
               {"Command", "config.cmd", list},
               {"Working dir", "config.workingDir"},
               {"Ports", "config.exposedPorts", list},
               {"Environment", "config.env", list, true}}},
             {Section::Shape::rows, "layers", layer_columns},
             {Section::Shape::rows,
              "manifests",
              {{"PLATFORM", "platform"},
               {"MANIFEST", "digest"},
               {"SIZE", "size", Column::Kind::size, true},
               {"MEDIA TYPE", "mediaType", Column::Kind::text, true}}}},
            "digest"};
}

oci::Manifest manifest_for(registry::Repository& repository, const registry::Document& document,
                           const std::vector<oci::Platform>& platforms) {
    const auto wanted = platforms.empty() ? oci::Platform::host() : platforms.front();
    const auto manifest = find_manifest(repository, document, wanted);
    return oci::parse_manifest(manifest.bytes, manifest.descriptor.media_type).value();
}

int inspect(Invocation& invocation) {
    const auto location = Location::parse(invocation.line.argument(0)).value();
    const auto platforms = parse_platforms(invocation.line.values("platform"));
    if (platforms.size() > 1) throw Error(ErrorCode::usage, "inspect shows one platform");
    Session session(invocation);
    const auto repository = session.source(location);
    auto document = find_document(*repository, chosen_tag(*repository, location));
    if (!platforms.empty()) document = find_manifest(*repository, document, platforms.front());
    if (invocation.line.has("raw")) {
        invocation.console().print(document.bytes); // byte for byte: it hashes to the digest
        return 0;
    }
    if (invocation.line.has("config")) {
        const auto manifest = manifest_for(*repository, document, platforms);
        constexpr std::uint64_t limit = 8 * 1024 * 1024;
        const auto source = repository->fetch(manifest.config, 0);
        invocation.console().print(read_all(*source, limit, "the config"));
        return 0;
    }
    if (invocation.line.has("layers")) {
        const auto manifest = manifest_for(*repository, document, platforms);
        invocation.print(
            {layers_value(manifest), {{Section::Shape::rows, "", layer_columns}}, "digest"});
        return 0;
    }
    invocation.print(whole_report(describe(*repository, location, document)));
    return 0;
}

} // namespace

Command inspect_command() {
    return {
        .name = "inspect",
        .summary = "Show what an image, index, chart or artifact is",
        .description = "Reads the manifest and the config, not the layers.",
        .examples = {{"platforms, digest and size", "berth inspect debian:12"},
                     {"the digest only", "berth inspect -o name debian:12"},
                     {"the manifest byte for byte, for this machine's platform",
                      "berth inspect --raw --platform linux/amd64 debian:12"}},
        .arguments = {{.name = "REF", .help = "what to show: see berth help references"}},
        .flags = joined(
            {{{.name = "raw", .value = "", .help = "the manifest or index as it is, byte for byte"},
              {.name = "config", .value = "", .help = "the config blob as it is, byte for byte"},
              {.name = "layers", .value = "", .help = "the list of layers"},
              platform_flag("the index itself, and this machine's with --config "
                            "and --layers")},
             registry_flags()}),
        .run = inspect};
}

} // namespace berth::cli
