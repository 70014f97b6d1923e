// `berth config check`, `show`, `schema` and `reference`.
#pragma once

#include "cli/command.hpp"

#include <vector>

namespace berth::app {

std::vector<cli::Command> configuration_commands();

} // namespace berth::app
