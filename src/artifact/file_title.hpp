// Titles of layers: foreign text that becomes the name of a file.
#pragma once

#include "base/result.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace berth::artifact {

/// The relative path that a title stands for: components that are empty or "." are dropped.
/// Absolute titles, "..", control characters, bytes that are not UTF-8, names that Berth keeps for
/// unfinished files, components over 255 bytes, titles over 4095 bytes and titles that name
/// nothing are content_invalid.
Result<std::string> file_title(std::string_view title);

/// Two paths that are the same, or of which one would be a directory of the other, are Error
/// content_invalid. `paths` are results of file_title.
void refuse_collisions(const std::vector<std::string>& paths);

} // namespace berth::artifact
