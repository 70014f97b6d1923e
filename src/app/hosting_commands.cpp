#include "app/hosting_commands.hpp"

#include "app/data_flags.hpp"
#include "app/grant_text.hpp"
#include "app/hosting_options.hpp"
#include "app/owner.hpp"
#include "cli/invocation.hpp"
#include "hosting/hosted_registry.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace berth::app {
namespace {

using hosting::HostedRegistry;
using hosting::Index;

constexpr std::string_view progress_item = "content";

/// Where the registry is; from now on this process acts as its owner.
Located enter(const cli::Invocation& invocation) {
    auto located = locate(invocation);
    act_as_owner_of(located.directory);
    return located;
}

/// The index beside whoever serves it.
Index open_for_reading(const cli::Invocation& invocation, const Located& located) {
    return {located.directory / "registry.sqlite", invocation.surroundings.clock,
            located.configuration.policy, Index::Mode::reading};
}

/// The registry for this process alone. `beside`: what may be done while it is served.
HostedRegistry open_alone(const cli::Invocation& invocation, const Located& located,
                          std::string_view beside) {
    // The lock would make the directory that is not there.
    open_for_reading(invocation, located);
    try {
        return HostedRegistry(hosting_options(located.configuration, located.directory),
                              invocation.surroundings.clock);
    } catch (Error& error) {
        if (error.code() != ErrorCode::conflict) throw;
        throw error.set_hint(fmt::format("the server does this by itself; {}", beside));
    }
}

void go_on(const cli::Invocation& invocation) {
    if (invocation.surroundings.stop.stop_requested())
        throw Error(ErrorCode::cancelled, "stopped before the end");
}

// berth usage

json::Object row_of(const hosting::Usage& usage, const std::vector<hosting::Quota>& quotas) {
    json::Object row{
        {"prefix", shown_prefix(usage.prefix)}, {"bytes", usage.bytes}, {"objects", usage.objects}};
    const auto quota = std::find_if(quotas.begin(), quotas.end(), [&](const auto& each) {
        return each.prefix == usage.prefix || each.prefix == usage.prefix + "/";
    });
    if (quota == quotas.end()) return row;
    if (quota->bytes) row["quotaBytes"] = *quota->bytes;
    if (quota->objects) row["quotaObjects"] = *quota->objects;
    return row;
}

int usage(cli::Invocation& invocation) {
    const auto located = enter(invocation);
    auto index = open_for_reading(invocation, located);
    const auto& words = invocation.line.arguments();
    const auto found =
        words.empty() ? index.usage() : std::vector{index.usage(prefix_of(words.front()))};
    json::Array rows;
    for (const auto& each : found)
        rows.push_back(row_of(each, located.configuration.policy.quotas));
    using Kind = cli::Column::Kind;
    invocation.print({std::move(rows),
                      {{cli::Section::Shape::rows,
                        "",
                        {{"PREFIX", "prefix"},
                         {"SIZE", "bytes", Kind::size},
                         {"OBJECTS", "objects"},
                         {"QUOTA", "quotaBytes", Kind::size},
                         {"QUOTA OBJECTS", "quotaObjects"}}}},
                      "prefix"});
    return 0;
}

// berth retention run

json::Object row_of(const hosting::Retired& retired) {
    const bool tag = retired.kind == hosting::Retired::Kind::tag;
    return {{"kind", tag ? "tag" : "manifest"},
            {"repository", retired.repository},
            {"tag", retired.tag},
            {"digest", retired.digest},
            {"bytes", retired.bytes},
            {"reason", retired.reason}};
}

template <class Step>
json::Array run_to_end(const cli::Invocation& invocation, Step&& next) {
    json::Array rows;
    for (bool done = false; !done;) {
        go_on(invocation);
        const hosting::RetentionStep step = next();
        for (const auto& retired : step.retired) rows.push_back(row_of(retired));
        done = step.done;
    }
    return rows;
}

json::Array dry_run(const cli::Invocation& invocation, const Located& located) {
    auto index = open_for_reading(invocation, located);
    hosting::Retention run(index, hosting::Retention::Mode::dry_run,
                           located.configuration.storage.grace);
    return run_to_end(invocation, [&] { return run.step(); });
}

int retention_run(cli::Invocation& invocation) {
    const auto located = enter(invocation);
    const bool dry = invocation.line.has("dry-run");
    if (located.configuration.policy.retention.empty())
        invocation.console().warn("the configuration has no retention rule: everything stays");
    json::Array rows;
    if (dry) {
        rows = dry_run(invocation, located);
    } else {
        auto registry = open_alone(invocation, located, "berth retention run --dry-run only reads");
        rows = run_to_end(invocation, [&] { return registry.retain_some(); });
    }
    invocation.console().tell(fmt::format("{} {}\n", rows.size(), dry ? "would go" : "went"));
    invocation.print({std::move(rows),
                      {{cli::Section::Shape::rows,
                        "",
                        {{"WHAT", "kind"},
                         {"REPOSITORY", "repository"},
                         {"TAG", "tag"},
                         {"DIGEST", "digest"},
                         {"REASON", "reason"}}}},
                      "digest"});
    return 0;
}

// berth scrub

struct Scrubbed {
    json::Array rows;
    bool bad = false;
};

template <class Step>
Scrubbed scrub_to_end(const cli::Invocation& invocation, std::uint64_t size, std::uint64_t rate,
                      Step&& next) {
    cli::ProgressDisplay display(invocation.progress, invocation.console(),
                                 invocation.surroundings.clock);
    display.start();
    const auto progress = display.part();
    progress->expect(1, size);
    progress->started(progress_item, size);
    Scrubbed found;
    for (bool done = false; !done;) {
        go_on(invocation);
        const hosting::ScrubStep step = next();
        progress->moved(progress_item, step.bytes);
        for (const auto& finding : step.findings) {
            found.bad = found.bad || finding.kind != hosting::Finding::Kind::stray_file;
            found.rows.push_back(json::Object{{"finding", hosting::name_of(finding.kind)},
                                              {"subject", finding.subject},
                                              {"detail", finding.detail}});
        }
        done = step.done;
        if (rate > 0) {
            invocation.surroundings.clock.sleep(std::chrono::milliseconds(step.bytes * 1000 / rate),
                                                invocation.surroundings.stop);
        }
    }
    progress->finished(progress_item, "checked");
    return found;
}

Scrubbed report_only(const cli::Invocation& invocation, const Located& located,
                     std::uint64_t rate) {
    auto index = open_for_reading(invocation, located);
    const store::BlobDirectory blobs(located.directory / "blobs",
                                     store::BlobDirectory::Depth::sharded);
    hosting::Scrub scrub({.index = index, .blobs = blobs}, hosting::Scrub::Mode::report,
                         hosting::Scrub::Start::new_run);
    return scrub_to_end(invocation, index.blob_totals().bytes, rate, [&] { return scrub.step(); });
}

int scrub(cli::Invocation& invocation) {
    constexpr std::uint64_t fastest = std::uint64_t{1} << 20;
    const auto rate = invocation.line.number("rate", 0, 1, fastest) * 1024 * 1024;
    const auto located = enter(invocation);
    Scrubbed found;
    if (invocation.line.has("report-only")) {
        found = report_only(invocation, located, rate);
    } else {
        auto registry = open_alone(invocation, located, "berth scrub --report-only only reads");
        registry.restart_scrub();
        found = scrub_to_end(invocation, registry.index().blob_totals().bytes, rate,
                             [&] { return registry.scrub_some(); });
    }
    invocation.console().tell(found.rows.empty() ? "nothing was found\n"
                                                 : fmt::format("{} findings\n", found.rows.size()));
    invocation.print({std::move(found.rows),
                      {{cli::Section::Shape::rows,
                        "",
                        {{"FINDING", "finding"}, {"SUBJECT", "subject"}, {"DETAIL", "detail"}}}},
                      "subject"});
    return found.bad ? traits(ErrorCode::corrupt).exit_status : 0;
}

cli::Command usage_command() {
    return {.name = "usage",
            .summary = "Show how much a registry's prefixes hold, and their quotas",
            .description =
                "One row for each prefix that has a quota and one, *, for the whole registry; or "
                "for the prefix that is named. A blob counts once per prefix, however many of its "
                "repositories show it. Works while the registry is served.",
            .examples = {{"all that have a quota", "berth usage"},
                         {"one prefix", "berth usage team"},
                         {"for a script", "berth usage -o json --data /var/lib/berth"}},
            .arguments = {{.name = "PREFIX",
                           .help = "team is the repository team and all below team/",
                           .required = false}},
            .flags = with_data_flags({}),
            .run = usage};
}

cli::Command retention_command() {
    return {.name = "retention run",
            .summary = "Apply the retention rules once, or show what they would remove",
            .description =
                "The rules are in the configuration (policy.retention). A server applies them by "
                "itself; this is for a registry that is not served, and --dry-run for both. What "
                "goes is listed with the reason. The space of blobs comes back by garbage "
                "collection, after its grace time.",
            .examples = {{"what would go, and why", "berth retention run --dry-run"},
                         {"as JSON", "berth retention run --dry-run -o json"},
                         {"remove it now", "berth retention run --data /var/lib/berth"}},
            .arguments = {},
            .flags = with_data_flags(
                {{.name = "dry-run", .value = "", .help = "remove nothing; works while serving"}}),
            .run = retention_run};
}

cli::Command scrub_command() {
    return {.name = "scrub",
            .summary = "Read a registry's content again and compare it with what it should be",
            .description =
                "Reads every blob and manifest and compares it with its digest and size, and every "
                "count with what it counts. Damaged blobs are moved to DIR/damaged and are unknown "
                "to clients until they are pushed again, which mends them; nothing is deleted but "
                "files that no row knows. A server does the same by itself, slowly; --report-only "
                "works beside it. The exit code is 6 if anything is damaged.",
            .examples = {{"find and set aside", "berth scrub --data /var/lib/berth"},
                         {"only look, while the registry is served", "berth scrub --report-only"},
                         {"at 50 MiB per second", "berth scrub --report-only --rate 50"}},
            .arguments = {},
            .flags =
                with_data_flags({{.name = "report-only", .value = "", .help = "change nothing"},
                                 {.name = "rate",
                                  .value = "MIB",
                                  .help = "read so many MiB per second at most; otherwise all that "
                                          "the disk gives"}}),
            .run = scrub};
}

} // namespace

std::vector<cli::Command> hosting_commands() {
    return {usage_command(), retention_command(), scrub_command()};
}

} // namespace berth::app
