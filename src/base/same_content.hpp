// Whether two files, or two directory trees, hold the same.
#pragma once

#include <string>

namespace berth {

/// Both are regular files with the same bytes. Symlinks are not followed; false for what cannot be
/// read.
bool same_file(int a_directory, const std::string& a, int b_directory, const std::string& b);

/// Both are directories with the same names in them, and under each name the same: bytes of files,
/// targets of symlinks, trees of directories down to 256 levels. Modes, owners and times do not
/// count. False for what cannot be read.
bool same_tree(int a_directory, const std::string& a, int b_directory, const std::string& b);

} // namespace berth
