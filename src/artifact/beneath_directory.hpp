// Directories below the one where results go, reached without following a single symlink.
#pragma once

#include "base/unique_fd.hpp"

#include <string_view>

namespace berth::artifact {

enum class IfMissing { make, leave };

/// Opens the directory `path` ("" is `top` itself) below `top`. An empty handle if a part is
/// missing and is to be left so. A part that is a symlink or no directory is Error
/// content_invalid.
UniqueFd open_beneath(int top, std::string_view path, IfMissing if_missing);

} // namespace berth::artifact
