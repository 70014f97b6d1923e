// Owner: commands that write to a data directory write as the user whose it is.
#pragma once

#include <filesystem>

namespace berth::app {

/// For root: makes this process act as the owner of `directory` from now on, so that the server,
/// which runs as that user, can read and replace what is written. Nothing for everybody else, and
/// if root owns it. Errors: not_found if there is no such directory; internal if the system
/// refuses.
void act_as_owner_of(const std::filesystem::path& directory);

} // namespace berth::app
