#include "artifact/pull.hpp"
#include "base/text.hpp"
#include "cli/content.hpp"
#include "cli/registry_flags.hpp"
#include "cli/session.hpp"
#include "cli/table.hpp"
#include "registry/copy.hpp"

#include <fmt/format.h>

namespace berth::cli {
namespace {

namespace fs = std::filesystem;

/// The layout or archive that a single operand names, also without a transport in front.
std::optional<Location> as_layout(const std::vector<std::string>& operands) {
    if (operands.size() != 1) return std::nullopt;
    const auto& text = operands[0];
    const bool marked = text.starts_with("oci:") || text.starts_with("oci-archive:");
    if (marked && !text.starts_with("oci://")) return Location::parse(text).value();
    std::error_code failed;
    if (!fs::exists(fs::path(text) / "oci-layout", failed)) return std::nullopt;
    Location location;
    location.kind = Location::Kind::layout;
    location.path = text;
    return location;
}

/// "PATH" or "PATH:MEDIA_TYPE"; a colon that no media type follows belongs to the path.
artifact::FileToPush parse_file(const std::string& text) {
    artifact::FileToPush file;
    file.path = text;
    const auto colon = text.rfind(':');
    const bool typed =
        colon != text.npos && text.find('/', colon) != text.npos && !fs::exists(text);
    if (typed) {
        file.path = text.substr(0, colon);
        file.media_type = text.substr(colon + 1);
    }
    if (!fs::exists(file.path)) {
        throw Error(ErrorCode::not_found,
                    fmt::format("{}: no such file", berth::quoted(file.path.string())));
    }
    file.title = file.path.filename().string();
    return file;
}

oci::Annotations parse_annotations(const std::vector<std::string>& texts) {
    oci::Annotations annotations;
    for (const auto& text : texts) {
        const auto equals = text.find('=');
        if (equals == text.npos || equals == 0) {
            throw Error(ErrorCode::usage,
                        fmt::format("--annotation is KEY=VALUE, not {}", berth::quoted(text)));
        }
        annotations[text.substr(0, equals)] = text.substr(equals + 1);
    }
    return annotations;
}

oci::Descriptor push_layout(Session& session, const Location& from, registry::Repository& to,
                            const std::string& tag) {
    const auto source = session.source(from);
    registry::CopyOptions options;
    options.parallel_blobs = session.jobs();
    const auto plan = registry::plan_copy(*source, chosen_tag(*source, from), to, options);
    const auto progress = session.progress();
    registry::run_copy(plan, *source, to, tag, options, *progress, session.stop());
    return plan.root;
}

oci::Descriptor push_files(Invocation& invocation, Session& session,
                           const std::vector<std::string>& operands, registry::Repository& to,
                           const std::string& tag) {
    std::vector<artifact::FileToPush> files;
    for (const auto& operand : operands) files.push_back(parse_file(operand));
    const auto type =
        invocation.line.value("artifact-type").value_or("application/vnd.unknown.artifact.v1");
    const auto annotations = parse_annotations(invocation.line.values("annotation"));
    const auto progress = session.progress();
    return artifact::push_files(to, tag, type, files, annotations, *progress, session.stop());
}

int push(Invocation& invocation) {
    const auto& arguments = invocation.line.arguments();
    const auto location = Location::parse(arguments[0]).value();
    if (location.kind == Location::Kind::archive) {
        throw Error(ErrorCode::usage, "an archive is written with berth copy, not berth push");
    }
    const auto tag = location.tag_or_digest.value_or("latest");
    if (tag.find(':') != tag.npos) {
        throw Error(ErrorCode::usage, "content is pushed to a tag: its digest follows from it");
    }
    const std::vector<std::string> operands(arguments.begin() + 1, arguments.end());
    Session session(invocation);
    const auto to = session.destination(location);
    const auto layout = as_layout(operands);
    const auto root = layout ? push_layout(session, *layout, *to, tag)
                             : push_files(invocation, session, operands, *to, tag);
    session.end_progress();
    json::Object value{{"reference", location.text()},
                       {"name", to->name() + "@" + root.digest.text()},
                       {"digest", root.digest.text()},
                       {"mediaType", root.media_type},
                       {"size", root.size}};
    invocation.print({std::move(value),
                      {{Section::Shape::card,
                        "",
                        {{"Reference", "reference"},
                         {"Digest", "digest"},
                         {"Media type", "mediaType", Column::Kind::text, true}}}}});
    return 0;
}

} // namespace

Command push_command() {
    return {
        .name = "push",
        .summary = "Send files or an image layout to a registry",
        .description =
            "Files become the layers of one OCI 1.1 artifact, each under its name; berth pull "
            "-d and oras pull write them back. A single layout directory or oci: or "
            "oci-archive: operand is sent as the image or index that it is.",
        .examples = {{"two files as an artifact",
                      "berth push registry.example:5000/team/docs:1 notes.md "
                      "sbom.json:application/spdx+json"},
                     {"an image layout", "berth push registry.example:5000/team/app:1.4 oci:out"},
                     {"the digest only, for a script",
                      "berth push -o template={{.digest}} localhost:5000/a:1 a.bin --plain-http"}},
        .arguments = {{.name = "REF", .help = "where to, with a tag"},
                      {.name = "FILE",
                       .help = "PATH or PATH:MEDIA_TYPE, or one layout",
                       .repeatable = true}},
        .flags = joined({{{.name = "artifact-type",
                           .value = "TYPE",
                           .help = "media type of the artifact that files make"},
                          {.name = "annotation",
                           .value = "KEY=VALUE",
                           .help = "annotation of the manifest that files make",
                           .letter = 'a',
                           .repeatable = true},
                          jobs_flag()},
                         registry_flags()}),
        .run = push};
}

} // namespace berth::cli
