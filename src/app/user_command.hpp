// `berth user …`: who may do what, in DIR/users.json. A server that runs on DIR sees changes at
// once.
#pragma once

#include "cli/command.hpp"

#include <vector>

namespace berth::app {

std::vector<cli::Command> user_commands();

} // namespace berth::app
