// The rows of the command table, one function per command file.
#pragma once

#include "cli/command.hpp"

namespace berth::cli {

Command pull_command();
Command push_command();
Command copy_command();
Command unpack_command();
Command inspect_command();
Command tags_command();
Command repos_command();
Command login_command();
Command logout_command();
Command auth_explain_command();
Command store_check_command();
Command completion_command();
Command complete_command();
Command docs_man_command();
Command version_command();
Command help_command();

} // namespace berth::cli
