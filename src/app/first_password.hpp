// The password of the user admin, at the first start on a data directory.
#pragma once

#include "access/users.hpp"

#include <filesystem>
#include <optional>

namespace berth::app {

/// Makes the user admin unless there are users already. With a `file` the password is what that
/// holds; if it is not there, a generated password is written to it (mode 0600). Without one, the
/// generated password is returned: to be printed this once, and kept nowhere.
/// Errors: usage if the file holds no password of 8 to 1024 bytes.
std::optional<Secret> make_admin(access::Users& users,
                                 const std::optional<std::filesystem::path>& file);

} // namespace berth::app
