// `berth usage`, `berth retention run` and `berth scrub`: the upkeep of a registry's data directory
// by hand. What only reads works beside the server; what writes needs the directory for itself.
#pragma once

#include "cli/command.hpp"

#include <vector>

namespace berth::app {

std::vector<cli::Command> hosting_commands();

} // namespace berth::app
