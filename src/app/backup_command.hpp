// `berth backup` and `berth restore`.
#pragma once

#include "cli/command.hpp"

namespace berth::app {

cli::Command backup_command();
cli::Command restore_command();

} // namespace berth::app
