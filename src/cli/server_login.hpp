// berth login --api and berth logout --api: logins at the management API of Berth servers.
#pragma once

#include "cli/invocation.hpp"

namespace berth::cli {

/// For the login command: --api, --api-key-stdin.
std::vector<Flag> api_login_flags();
int log_in_to_server(Invocation& invocation);
int log_out_of_server(Invocation& invocation);

} // namespace berth::cli
