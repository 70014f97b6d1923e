// `berth tenant …`: whose registries are whose. For who has the data directory, since that is who
// administers the installation. A server that runs on DIR sees changes at once.
#pragma once

#include "cli/command.hpp"

#include <vector>

namespace berth::app {

std::vector<cli::Command> tenant_commands();

} // namespace berth::app
