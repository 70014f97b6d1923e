#include "artifact/pull.hpp"
#include "chart/chart.hpp"
#include "cli/content.hpp"
#include "cli/download.hpp"
#include "cli/registry_flags.hpp"
#include "cli/session.hpp"
#include "cli/table.hpp"
#include "registry/copy.hpp"

#include <fmt/format.h>

namespace berth::cli {
namespace {

json::Object described(const Location& location, const oci::Descriptor& root) {
    auto name = location;
    name.reference.tag.reset();
    name.reference.digest = root.digest;
    name.tag_or_digest = root.digest.text();
    return {{"reference", location.text()},
            {"name", name.text()},
            {"digest", root.digest.text()},
            {"mediaType", root.media_type}};
}

Report card(json::Value value) {
    return {std::move(value),
            {{Section::Shape::card,
              "",
              {{"Reference", "reference"},
               {"Kind", "kind"},
               {"Digest", "digest"},
               {"Media type", "mediaType", Column::Kind::text, true},
               {"Size", "size", Column::Kind::size},
               {"Fetched", "fetched", Column::Kind::size},
               {"Store", "store"},
               {"Files", "files", Column::Kind::list}}}}};
}

registry::CopyOptions options_of(const Invocation& invocation, Session& session) {
    registry::CopyOptions options;
    options.parallel_blobs = session.jobs();
    const auto platforms = invocation.line.values("platform");
    if (platforms.size() == 1 && platforms[0] == "all") return options;
    options.platforms = parse_platforms(platforms);
    if (options.platforms.empty()) options.platforms = {oci::Platform::host()};
    return options;
}

int pull_to_store(Invocation& invocation, Session& session, const Location& location) {
    if (location.kind != Location::Kind::registry) {
        throw Error(ErrorCode::usage, fmt::format("{} is on this disk already", location.text()))
            .set_hint("add -d DIR to get its files, or use berth copy or berth unpack");
    }
    const auto remote = session.source(location);
    const auto local = session.store().repository(location.reference.name());
    const auto options = options_of(invocation, session);
    const auto plan =
        registry::plan_copy(*remote, location.reference.tag_or_digest(), *local, options);
    std::vector<oci::Descriptor> blobs;
    std::uint64_t size = 0;
    for (const auto& blob : plan.blobs) {
        blobs.push_back(blob.descriptor);
        size += blob.descriptor.size;
    }
    auto value = described(location, plan.root);
    value["fetched"] = plan.bytes_to_copy();
    {
        const auto progress = session.progress();
        Download download(session.store(), *remote, std::move(blobs), options.parallel_blobs,
                          *progress, session.stop());
        download.wait_for_all();
    }
    const auto& tag = location.reference.tag;
    const bool tagged = !location.reference.digest || tag;
    for (const auto& document : plan.manifests) {
        const bool root = document.descriptor.digest == plan.root.digest;
        local->push_manifest(document, root && tagged ? tag.value_or("latest") : "");
    }
    session.end_progress();
    value["kind"] = kind_of(plan.manifests.back());
    value["size"] = size;
    value["store"] = session.store_directory().string();
    invocation.print(card(std::move(value)));
    return 0;
}

std::vector<std::string> write_files(Invocation& invocation, Session& session,
                                     registry::Repository& source,
                                     const registry::Document& manifest,
                                     const std::filesystem::path& directory) {
    const auto progress = session.progress();
    if (chart::is_chart(manifest)) {
        const auto form =
            invocation.line.has("unpack") ? chart::Form::unpacked : chart::Form::archive;
        return chart::pull(source, manifest, directory, form, *progress, session.stop());
    }
    return artifact::pull_files(source, manifest, directory, *progress, session.stop());
}

int pull_to_directory(Invocation& invocation, Session& session, const Location& location) {
    const std::filesystem::path directory = *invocation.line.value("directory");
    const auto source = session.source(location);
    const auto wanted = options_of(invocation, session).platforms;
    if (wanted.size() != 1) {
        throw Error(ErrorCode::usage, "-d takes the files of one platform")
            .set_hint("pass --platform once, or leave it out");
    }
    const auto manifest = find_manifest(
        *source, find_document(*source, chosen_tag(*source, location)), wanted.front());
    const auto kind = kind_of(manifest);
    if (kind == "image") {
        throw Error(ErrorCode::usage, fmt::format("{} is an image, not files", location.text()))
            .set_hint(fmt::format("berth unpack {0} DIR makes a runtime bundle of it, "
                                  "berth copy {0} oci:DIR an image layout",
                                  location.text()));
    }
    auto value = described(location, manifest.descriptor);
    std::filesystem::create_directories(directory);
    const auto files = write_files(invocation, session, *source, manifest, directory);
    session.end_progress();
    json::Array paths;
    for (const auto& file : files) paths.emplace_back((directory / file).string());
    value["kind"] = kind;
    value["files"] = std::move(paths);
    invocation.print(card(std::move(value)));
    return 0;
}

int pull(Invocation& invocation) {
    const auto location = Location::parse(invocation.line.argument(0)).value();
    Session session(invocation);
    try {
        return invocation.line.has("directory") ? pull_to_directory(invocation, session, location)
                                                : pull_to_store(invocation, session, location);
    } catch (Error& error) {
        if (error.code() == ErrorCode::cancelled && !invocation.line.has("directory")) {
            error.set_hint("what was downloaded is kept: the same command goes on from there");
        }
        throw;
    }
}

} // namespace

Command pull_command() {
    return {.name = "pull",
            .summary = "Fetch an image, chart or artifact",
            .description =
                "Without -d the content goes to the content store, where berth unpack finds it. "
                "With -d a chart is written as its .tgz (or its directory, with --unpack) and an "
                "artifact as its files.\n\nAn interrupted pull into the store goes on where it "
                "ended. Every byte is verified.",
            .examples = {{"an image for this machine's platform, into the store",
                          "berth pull debian:12"},
                         {"a Helm chart as a file",
                          "berth pull -d . oci://ghcr.io/stefanprodan/charts/podinfo:6.7.1"},
                         {"all platforms of an image",
                          "berth pull --platform all registry.example:5000/team/app:1.4"}},
            .arguments = {{.name = "REF", .help = "what to fetch: see berth help references"}},
            .flags = joined(
                {{{.name = "directory",
                   .value = "DIR",
                   .help = "write files here, created if needed",
                   .letter = 'd'},
                  {.name = "unpack", .value = "", .help = "with -d: write a chart as a directory"},
                  platform_flag("this machine's; all for every one"),
                  jobs_flag(),
                  store_flag()},
                 registry_flags()}),
            .run = pull};
}

} // namespace berth::cli
