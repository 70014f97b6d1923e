// Names as archives write them, brought into one form before anything is done with them.
#pragma once

#include "base/result.hpp"

#include <string>
#include <string_view>

namespace berth::tree {

/// The name from the root down: "./usr//bin/", "/usr/bin" and "usr/bin" are all "usr/bin"; "./",
/// "/" and "." are "" (the root itself). ".." as a component, a zero byte, an empty name, a
/// component over 255 bytes or a name over 4095 bytes is content_invalid.
Result<std::string> entry_path(std::string_view name);

/// "usr/bin" of "usr/bin/env"; "" of "env" and of "".
std::string_view parent_path(std::string_view path) noexcept;
/// "env" of "usr/bin/env".
std::string_view leaf_name(std::string_view path) noexcept;
/// "usr/bin" and "env" become "usr/bin/env"; "" and "env" become "env".
std::string join(std::string_view directory, std::string_view name);

} // namespace berth::tree
