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

// These ask the management API of a Berth server.
Command registry_add_command();
Command registry_validate_command();
Command registry_doctor_command();
Command registry_ls_command();
Command registry_show_command();
Command registry_edit_command();
Command registry_rm_command();
Command registry_sync_command();
Command registry_regions_command();
Command registry_fill_command();
Command chart_search_command();
Command chart_versions_command();
Command chart_show_command();
Command key_ls_command();
Command key_create_command();
Command key_rm_command();

} // namespace berth::cli
