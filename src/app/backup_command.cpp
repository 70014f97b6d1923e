#include "app/backup_command.hpp"

#include "app/data_flags.hpp"
#include "cli/invocation.hpp"
#include "hosting/backup.hpp"

#include <fmt/format.h>

namespace berth::app {
namespace {

using Act = hosting::BackupReport (*)(const hosting::BackupWork&, Clock&, registry::Progress&,
                                      const std::stop_token&);

cli::Report report_of(const hosting::BackupReport& done, const std::filesystem::path& directory) {
    json::Array lost;
    for (const auto& digest : done.lost) lost.push_back(json::Object{{"digest", digest}});
    json::Object value{{"directory", directory.native()},
                       {"blobs", done.blobs},
                       {"bytes", done.bytes},
                       {"copiedBlobs", done.copied_blobs},
                       {"copiedBytes", done.copied_bytes},
                       {"removedBlobs", done.removed_blobs},
                       {"lost", std::move(lost)}};
    std::vector<cli::Section> sections{{cli::Section::Shape::card,
                                        "",
                                        {{"Directory", "directory"},
                                         {"Blobs", "blobs"},
                                         {"Size", "bytes", cli::Column::Kind::size},
                                         {"Copied", "copiedBlobs"},
                                         {"Copied size", "copiedBytes", cli::Column::Kind::size},
                                         {"Removed", "removedBlobs"}}}};
    if (!done.lost.empty())
        sections.push_back({cli::Section::Shape::rows, "lost", {{"LOST", "digest"}}});
    return {std::move(value), std::move(sections), "directory"};
}

int carry_out(cli::Invocation& invocation, const hosting::BackupWork& work, Act act) {
    cli::ProgressDisplay display(invocation.progress, invocation.console(),
                                 invocation.surroundings.clock);
    display.start();
    const auto progress = display.part();
    const auto done =
        act(work, invocation.surroundings.clock, *progress, invocation.surroundings.stop);
    invocation.print(report_of(done, work.to));
    if (done.lost.empty()) return 0;
    invocation.console().warn(fmt::format(
        "{} blobs are missing or damaged; push the images that need them again", done.lost.size()));
    return traits(ErrorCode::corrupt).exit_status;
}

int back_up(cli::Invocation& invocation) {
    return carry_out(invocation,
                     {.from = locate(invocation).directory, .to = invocation.line.argument(0)},
                     hosting::back_up);
}

int restore(cli::Invocation& invocation) {
    return carry_out(invocation,
                     {.from = invocation.line.argument(0), .to = locate(invocation).directory},
                     hosting::restore);
}

} // namespace

cli::Command backup_command() {
    return {.name = "backup",
            .summary = "Copy a registry's data directory while it is served",
            .description =
                "Makes DIR a whole and consistent copy: the index as of one moment, and every blob "
                "that it names, verified as it is copied. A DIR that holds an earlier backup "
                "becomes the present one: only what is new is copied, and what is gone is "
                "removed last. Users and keys are copied too: DIR is as secret as the registry.\n\n"
                "Run it as the user whom berth serve runs as. The exit code is 6 if content is "
                "missing or damaged; the rest is backed up all the same.",
            .examples = {{"every night", "berth backup --data /var/lib/berth /mnt/backup/berth"},
                         {"for a script", "berth backup -o json /mnt/backup/berth"}},
            .arguments = {{.name = "DIR", .help = "a new directory, or an earlier backup"}},
            .flags = data_flags(),
            .run = back_up};
}

cli::Command restore_command() {
    return {
        .name = "restore",
        .summary = "Make a registry's data directory from a backup",
        .description =
            "Verifies every byte of the backup as it is copied. The data directory must not "
            "hold a registry: move the old one away first. A backup that a newer version of "
            "berth made is refused.",
        .examples = {{"on a new machine", "berth restore --data /var/lib/berth /mnt/backup/berth"}},
        .arguments = {{.name = "DIR", .help = "what berth backup made"}},
        .flags = data_flags(),
        .run = restore};
}

} // namespace berth::app
