#include "registry/copy.hpp"
#include "cli/content.hpp"
#include "cli/copy_tags.hpp"
#include "cli/registry_flags.hpp"
#include "cli/session.hpp"
#include "cli/table.hpp"
#include "store/layout.hpp"

#include <fmt/format.h>

namespace berth::cli {
namespace {

registry::CopyOptions options_of(const Invocation& invocation, const Session& session) {
    registry::CopyOptions options;
    options.platforms = parse_platforms(invocation.line.values("platform"));
    options.referrers = invocation.line.has("referrers");
    options.parallel_blobs = session.jobs();
    return options;
}

json::Object planned_value(const registry::CopyPlan& plan) {
    std::uint64_t missing = 0;
    for (const auto& blob : plan.blobs) missing += blob.present ? 0 : 1;
    return {{"digest", plan.root.digest.text()},
            {"mediaType", plan.root.media_type},
            {"manifests", plan.manifests.size()},
            {"blobs", plan.blobs.size()},
            {"missing", missing},
            {"bytes", plan.bytes_to_copy()}};
}

Report card(json::Object value, bool dry_run) {
    return {std::move(value),
            {{Section::Shape::card,
              "",
              {{"Source", "source"},
               {"Destination", "destination"},
               {"Digest", "digest"},
               {"Media type", "mediaType", Column::Kind::text, true},
               {"Manifests", "manifests"},
               {"Blobs", "blobs"},
               {"Missing", "missing"},
               {dry_run ? "To copy" : "Copied", "bytes", Column::Kind::size}}}},
            "digest"};
}

/// The answer of the command, and with --report the same as a file.
void answer(Invocation& invocation, const Report& report) {
    write_report_file(invocation.line, report);
    invocation.print(report);
}

/// A layout archive is written in one go and holds one image or index.
int copy_to_archive(Invocation& invocation, Session& session, const Location& from,
                    const Location& to) {
    const auto source = session.source(from, Side::source);
    auto document = find_document(*source, chosen_tag(*source, from));
    const auto options = options_of(invocation, session);
    if (options.platforms.size() > 1 || options.referrers) {
        throw Error(ErrorCode::usage, "an archive takes one platform or all, and no referrers")
            .set_hint("copy to a layout directory (oci:PATH) instead");
    }
    if (!options.platforms.empty()) {
        document = find_manifest(*source, std::move(document), options.platforms.front());
    }
    if (!invocation.line.has("dry-run")) {
        store::write_layout_archive(
            *source, document.descriptor.digest.text(),
            to.tag_or_digest.value_or(from.tag_or_digest.value_or("latest")), to.path);
    }
    session.end_progress();
    answer(invocation, card({{"source", from.text()},
                             {"destination", to.text()},
                             {"digest", document.descriptor.digest.text()},
                             {"mediaType", document.descriptor.media_type}},
                            invocation.line.has("dry-run")));
    return 0;
}

/// The tag at the destination: its own, else the source's; "" for content named by digest only.
std::string destination_tag(const Location& from, const Location& to) {
    if (to.tag_or_digest) {
        if (to.tag_or_digest->find(':') != std::string::npos) {
            throw Error(ErrorCode::usage,
                        "the destination takes a tag: its digest follows from "
                        "what is copied");
        }
        return *to.tag_or_digest;
    }
    if (from.reference.tag) return *from.reference.tag;
    const auto& named = from.tag_or_digest;
    return named && named->find(':') != std::string::npos ? "" : named.value_or("latest");
}

int copy_one(Invocation& invocation, Session& session, const Location& from, const Location& to) {
    const auto source = session.source(from, Side::source);
    const auto destination = session.destination(to, Side::destination);
    const auto options = options_of(invocation, session);
    const auto plan =
        registry::plan_copy(*source, chosen_tag(*source, from), *destination, options);
    if (!invocation.line.has("dry-run")) {
        const auto progress = session.progress();
        registry::run_copy(plan, *source, *destination, destination_tag(from, to), options,
                           *progress, session.stop());
    }
    session.end_progress();
    auto value = planned_value(plan);
    value["source"] = from.text();
    value["destination"] = to.text();
    answer(invocation, card(std::move(value), invocation.line.has("dry-run")));
    return 0;
}

int copy_all_tags(Invocation& invocation, Session& session, const Location& from,
                  const Location& to) {
    if (from.tag_or_digest || to.tag_or_digest) {
        throw Error(ErrorCode::usage, "--all-tags takes repositories, without tag or digest");
    }
    const auto source = session.source(from, Side::source);
    const auto destination = session.destination(to, Side::destination);
    const TagCopy copy{*source,
                       *destination,
                       options_of(invocation, session),
                       {.include = invocation.line.values("include"),
                        .exclude = invocation.line.values("exclude"),
                        .dry_run = invocation.line.has("dry-run"),
                        .fail_fast = invocation.line.has("fail-fast")}};
    return copy.run(invocation, session);
}

int copy(Invocation& invocation) {
    const auto from = Location::parse(invocation.line.argument(0)).value();
    const auto to = Location::parse(invocation.line.argument(1)).value();
    Session session(invocation);
    if (invocation.line.has("all-tags")) {
        if (to.kind == Location::Kind::archive) {
            throw Error(ErrorCode::usage, "an archive takes one image, not all tags")
                .set_hint("copy to a layout directory (oci:PATH) instead");
        }
        return copy_all_tags(invocation, session, from, to);
    }
    if (invocation.line.has("include") || invocation.line.has("exclude")) {
        throw Error(ErrorCode::usage, "--include and --exclude choose among --all-tags");
    }
    return to.kind == Location::Kind::archive ? copy_to_archive(invocation, session, from, to)
                                              : copy_one(invocation, session, from, to);
}

std::vector<Flag> own_flags() {
    return {platform_flag("all"),
            {.name = "all-tags", .value = "", .help = "every tag of the repository", .letter = 'a'},
            {.name = "include",
             .value = "GLOB",
             .help = "with --all-tags: only tags that match, e.g. 'v1.*'",
             .repeatable = true},
            {.name = "exclude",
             .value = "GLOB",
             .help = "with --all-tags: not those that match",
             .repeatable = true},
            {.name = "referrers", .value = "", .help = "signatures, SBOMs and other referrers too"},
            {.name = "dry-run", .value = "", .help = "print what would be copied, copy nothing"},
            {.name = "report",
             .value = "FILE",
             .help = "write what was copied, and what failed and why, to FILE as JSON"},
            {.name = "fail-fast",
             .value = "",
             .help = "with --all-tags: stop at the first tag that fails"},
            jobs_flag()};
}

} // namespace

Command copy_command() {
    return {.name = "copy",
            .summary = "Copy images, charts and artifacts between registries and layouts",
            .description =
                "Copies what the destination lacks, blobs first and the tag last, so that no tag "
                "names content that is not there. Digests stay the same. Running it again copies "
                "what remains.\n\nWith --all-tags one tag that fails does not stop the others: the "
                "output lists each, and the exit code is 7 if some failed.",
            .examples = {{"from one registry to another",
                          "berth copy debian:12 registry.example:5000/mirror/debian:12"},
                         {"a multi-platform image into a layout directory",
                          "berth copy ghcr.io/team/app:1.4 oci:out:1.4"},
                         {"all release tags with their signatures",
                          "berth copy --all-tags --include 'v*' --referrers a.example/app "
                          "b.example/app"}},
            .arguments = {{.name = "SRC", .help = "what to copy: see berth help references"},
                          {.name = "DST", .help = "where to; without a tag the source's is kept"}},
            .flags = joined({own_flags(), two_sided_flags()}),
            .run = copy};
}

} // namespace berth::cli
