// run: the whole command line, from words to exit status.
#pragma once

#include "cli/invocation.hpp"

#include <string>
#include <vector>

namespace berth::cli {

/// The version that `berth version` prints.
std::string version();

/// All commands of this folder. app/ adds its own.
std::vector<Command> commands();

/// Runs what `words` (without the program's name) ask for and returns the exit status. Errors end
/// here: one line on stderr, and one with what to do about it.
int run(const std::vector<Command>& table, const std::vector<std::string>& words,
        Surroundings& surroundings);

} // namespace berth::cli
