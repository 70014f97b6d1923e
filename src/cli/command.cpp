#include "cli/command.hpp"

#include <algorithm>

namespace berth::cli {

std::vector<Flag> global_flags() {
    const std::string group = "Global options";
    return {
        {.name = "output",
         .value = "FORMAT",
         .help = "table, wide, json, yaml, name or template=TEXT, e.g. template={{.digest}}",
         .group = group,
         .letter = 'o',
         .variable = "BERTH_OUTPUT",
         .choices = {"table", "wide", "json", "yaml", "name", "template="}},
        {.name = "progress",
         .value = "MODE",
         .help = "auto, tty, plain, json (one event per line) or none; always on stderr",
         .group = group,
         .variable = "BERTH_PROGRESS",
         .choices = {"auto", "tty", "plain", "json", "none"}},
        {.name = "color",
         .value = "WHEN",
         .help = "auto, always or never; NO_COLOR and CLICOLOR_FORCE are heeded",
         .group = group,
         .choices = {"auto", "always", "never"}},
        {.name = "verbose",
         .value = "",
         .help = "say more on stderr",
         .group = group,
         .letter = 'v',
         .repeatable = true},
        {.name = "log-format",
         .value = "FORMAT",
         .help = "text, or json: one object per line on stderr, errors too",
         .group = group,
         .variable = "BERTH_LOG_FORMAT",
         .choices = {"text", "json"}},
        {.name = "help", .value = "", .help = "show this help", .group = group, .letter = 'h'},
    };
}

std::vector<Flag> all_flags(const Command& command) {
    auto flags = command.flags;
    for (auto& flag : global_flags()) flags.push_back(std::move(flag));
    return flags;
}

Match find_command(const std::vector<Command>& table, const std::vector<std::string>& words) {
    if (words.empty()) return {};
    const auto named = [&](const std::string& name) {
        return std::find_if(table.begin(), table.end(),
                            [&](const Command& command) { return command.name == name; });
    };
    if (words.size() > 1) {
        if (const auto row = named(words[0] + " " + words[1]); row != table.end()) {
            return {&*row, 2};
        }
    }
    if (const auto row = named(words[0]); row != table.end()) return {&*row, 1};
    return {};
}

} // namespace berth::cli
