// Help texts and man pages, made from the command table.
#pragma once

#include "cli/command.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace berth::cli {

/// A page of `berth help TOPIC` that is not a command.
struct Topic {
    std::string name;
    std::string summary;
    std::string text;
};
const std::vector<Topic>& topics();

std::string overview(const std::vector<Command>& table);
/// Usage, three examples, arguments and flags by group.
std::string command_help(const Command& command);

/// "berth pull [OPTIONS] REF".
std::string usage_line(const Command& command);

/// Headings of flags in the order of first use, each with its visible flags.
struct FlagGroup {
    std::string name;
    std::vector<Flag> flags;
};
std::vector<FlagGroup> flag_groups(const Command& command);

/// "-o, --output FORMAT".
std::string flag_text(const Flag& flag);

} // namespace berth::cli
