#include "api/browse_manifest.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "base/utf8.hpp"
#include "oci/manifest.hpp"
#include "oci/media_type.hpp"
#include "registry/parallel.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <optional>
#include <vector>

namespace berth::api {
namespace {

using registration::ContentKind;

constexpr std::size_t referrers_listed = 100;
constexpr std::size_t history_shown = 1000;
/// Children of an index whose size is looked for.
constexpr std::size_t children_read = 64;
constexpr std::size_t children_at_once = 8;

json::Object write_annotations(const oci::Annotations& annotations) {
    json::Object written;
    for (const auto& [key, value] : annotations) written[key] = value;
    return written;
}

void put_text(json::Object& object, const char* key, const std::string& value) {
    if (!value.empty()) object[key] = value;
}

json::Object write_blob(const oci::Descriptor& blob) {
    json::Object written{
        {"digest", blob.digest.text()}, {"mediaType", blob.media_type}, {"size", blob.size}};
    if (!blob.annotations.empty()) written["annotations"] = write_annotations(blob.annotations);
    return written;
}

json::Object write_platform(const oci::Descriptor& child) {
    json::Object written = write_blob(child);
    if (!child.platform) return written;
    written["os"] = child.platform->os;
    written["architecture"] = child.platform->architecture;
    put_text(written, "variant", child.platform->variant);
    put_text(written, "osVersion", child.platform->os_version);
    return written;
}

json::Object write_referrer(const oci::Descriptor& referrer) {
    json::Object written = write_blob(referrer);
    put_text(written, "artifactType", referrer.artifact_type);
    return written;
}

json::Array write_texts(const std::vector<std::string>& texts) {
    return json::Array(texts.begin(), texts.end());
}

json::Array write_history(const json::Reader& config) {
    json::Array written;
    for (const json::Reader& step : config.objects("history")) {
        if (written.size() == history_shown) break;
        json::Object line;
        put_text(line, "created", step.text("created").value_or(""));
        put_text(line, "createdBy", step.text("created_by").value_or(""));
        put_text(line, "comment", step.text("comment").value_or(""));
        line["emptyLayer"] = step.boolean("empty_layer").value_or(false);
        written.push_back(std::move(line));
    }
    return written;
}

void write_process(const json::Reader& config, json::Object& written) {
    const auto process = config.object("config");
    if (!process) return;
    leniently([&] { written["user"] = process->text("User").value_or(""); });
    leniently([&] { written["workingDir"] = process->text("WorkingDir").value_or(""); });
    leniently([&] { written["env"] = write_texts(process->texts("Env")); });
    leniently([&] { written["entrypoint"] = write_texts(process->texts("Entrypoint")); });
    leniently([&] { written["cmd"] = write_texts(process->texts("Cmd")); });
    leniently([&] { written["labels"] = write_annotations(process->text_map("Labels")); });
    leniently([&] { written["exposedPorts"] = write_texts(process->keys("ExposedPorts")); });
    leniently([&] { written["volumes"] = write_texts(process->keys("Volumes")); });
}

/// Nothing where it cannot be read: the manifest is worth showing without.
std::optional<std::string> config_text(const ContentReader& reader, const oci::Descriptor& config) {
    if (!oci::media_type::is_image_config(config.media_type) || config.size > config_limit)
        return std::nullopt;
    try {
        return reader.blob(config, config_limit, "the config");
    } catch (const Error& error) {
        if (error.code() == ErrorCode::cancelled) throw;
        return std::nullopt;
    }
}

std::optional<json::Object> image_config(const ContentReader& reader,
                                         const oci::Descriptor& config) {
    const auto text = config_text(reader, config);
    if (!text) return std::nullopt;
    const auto value = json::parse(*text);
    if (value.has_error() || !value->is_object()) return std::nullopt;
    const json::Reader read(*value, "");
    json::Object written{{"digest", config.digest.text()}};
    leniently([&] { written["created"] = read.text("created").value_or(""); });
    leniently([&] { written["author"] = read.text("author").value_or(""); });
    leniently([&] { written["os"] = read.text("os").value_or(""); });
    leniently([&] { written["architecture"] = read.text("architecture").value_or(""); });
    leniently([&] { write_process(read, written); });
    leniently([&] { written["history"] = write_history(read); });
    return written;
}

json::Array referrers_of(const ContentReader& reader, const oci::Digest& digest) {
    json::Array written;
    try {
        for (const auto& referrer : reader.repository().referrers(digest, "")) {
            if (written.size() == referrers_listed) break;
            written.push_back(write_referrer(referrer));
        }
    } catch (const Error& error) {
        // Many registries cannot tell, each with a code of its own; the manifest stands without.
        if (error.code() == ErrorCode::cancelled) throw;
        written.clear();
    }
    return written;
}

std::uint64_t sum(const std::vector<oci::Descriptor>& parts) {
    std::uint64_t total = 0;
    for (const auto& part : parts) total += part.size;
    return total;
}

/// A document that breaks the rules is the content's fault and not that of whoever looks at it.
template <class T>
const T& sound(const Result<T>& parsed) {
    if (parsed.has_value()) return *parsed;
    throw Error(ErrorCode::content_invalid, parsed.error().message())
        .set_hint("what is stored under this name is no manifest that clients could use");
}

void put_manifest(const ContentReader& reader, const registry::Document& document,
                  json::Object& written) {
    const auto parsed = oci::parse_manifest(document.bytes, document.descriptor.media_type);
    const oci::Manifest& manifest = sound(parsed);
    written["artifactType"] = manifest.artifact_type;
    written["totalSize"] = document.bytes.size() + manifest.config.size + sum(manifest.layers);
    written["annotations"] = write_annotations(manifest.annotations);
    json::Array layers;
    for (const auto& layer : manifest.layers) layers.push_back(write_blob(layer));
    written["layers"] = std::move(layers);
    if (manifest.subject) written["subject"] = write_blob(*manifest.subject);
    if (auto config = image_config(reader, manifest.config)) written["config"] = std::move(*config);
}

/// With its layers and its config; nothing for what is no image, is not there or cannot be read.
/// `silent`: the registry did not answer, so that nothing more is asked.
std::optional<std::uint64_t> whole_size(const ContentReader& reader, const oci::Descriptor& child,
                                        std::atomic<bool>& silent) {
    if (oci::media_type::is_index(child.media_type) || silent) return std::nullopt;
    try {
        const auto document = reader.manifest(child.digest.text());
        if (!document) return std::nullopt;
        const auto parsed = oci::parse_manifest(document->bytes, document->descriptor.media_type);
        if (parsed.has_error()) return std::nullopt;
        return document->bytes.size() + parsed->config.size + sum(parsed->layers);
    } catch (const Error& error) {
        if (error.code() == ErrorCode::cancelled) throw;
        if (error.code() == ErrorCode::timeout || error.code() == ErrorCode::unreachable)
            silent = true;
        return std::nullopt;
    }
}

/// Of the first of an index's children, several at once: each may cost a request.
std::vector<std::optional<std::uint64_t>> whole_sizes(
    const ContentReader& reader, const std::vector<oci::Descriptor>& children) {
    std::vector<std::optional<std::uint64_t>> sizes(children.size());
    std::atomic<bool> silent{false};
    registry::for_each_parallel(
        std::min(children.size(), children_read), children_at_once, {},
        [&](std::size_t at) { sizes[at] = whole_size(reader, children[at], silent); });
    return sizes;
}

void put_index(const ContentReader& reader, const registry::Document& document,
               json::Object& written) {
    const auto parsed = oci::parse_index(document.bytes, document.descriptor.media_type);
    const oci::Index& index = sound(parsed);
    written["artifactType"] = index.artifact_type;
    written["annotations"] = write_annotations(index.annotations);
    const auto sizes = whole_sizes(reader, index.manifests);
    std::uint64_t total = document.bytes.size();
    json::Array platforms;
    for (std::size_t at = 0; at < sizes.size(); ++at) {
        const oci::Descriptor& child = index.manifests[at];
        json::Object platform = write_platform(child);
        if (sizes[at]) platform["totalSize"] = *sizes[at];
        total += sizes[at].value_or(child.size);
        platforms.push_back(std::move(platform));
    }
    written["totalSize"] = total;
    written["platforms"] = std::move(platforms);
    written["layers"] = json::Array();
    if (index.subject) written["subject"] = write_blob(*index.subject);
}

} // namespace

registry::Document shown_manifest(const ContentReader& reader, const Shown& shown) {
    auto document = reader.manifest(shown.reference);
    if (!document)
        throw Error(ErrorCode::not_found,
                    fmt::format("there is no {} in the repository {}",
                                berth::quoted(shown.reference), berth::quoted(shown.repository)));
    return std::move(*document);
}

json::Array commands_for(const Shown& shown, const registry::Document& document, ContentKind kind) {
    const bool by_digest = shown.reference.find(':') != std::string::npos;
    const Pulled pulled{.kind = kind,
                        .repository = shown.repository,
                        .tag = by_digest ? std::string() : shown.reference,
                        .digest = document.descriptor.digest.text()};
    json::Array commands = pull_commands(shown.address, pulled);
    if (!shown.door) return commands;
    for (auto& command : pull_commands(*shown.door, pulled)) commands.push_back(std::move(command));
    return commands;
}

json::Object manifest_view(const ContentReader& reader, const Shown& shown) {
    const registry::Document document = shown_manifest(reader, shown);
    const oci::Descriptor& descriptor = document.descriptor;
    const ContentKind kind = describe(reader, document).kind;
    json::Object written{
        {"repository", shown.repository},      {"reference", shown.reference},
        {"digest", descriptor.digest.text()},  {"mediaType", utf8_text(descriptor.media_type)},
        {"kind", registration::text_of(kind)}, {"size", document.bytes.size()}};
    if (kind == ContentKind::index)
        put_index(reader, document, written);
    else
        put_manifest(reader, document, written);
    written["raw"] = document.bytes;
    written["referrers"] = referrers_of(reader, descriptor.digest);
    written["commands"] = commands_for(shown, document, kind);
    return written;
}

} // namespace berth::api
