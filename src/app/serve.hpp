// `berth serve`: the server, until a signal stops it.
#pragma once

#include "cli/command.hpp"

namespace berth::app {

cli::Command serve_command();

} // namespace berth::app
