// What replace_file() leaves when its process is killed in the middle.
#pragma once

#include <filesystem>
#include <string_view>

namespace berth::store {

/// Removes the temporary files for `name` in `directory`. REQUIRES: nobody else is replacing that
/// file, that is, the caller holds the lock under which it is replaced.
void remove_leftovers(const std::filesystem::path& directory, std::string_view name);

} // namespace berth::store
