// The order of tags: semantic versions by their precedence (semver.org 11), all else below them.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace berth::registration {

/// Bytes whose order is that of the tags: newer versions are greater, equal ones (that differ in
/// build or in "v") are told apart by their text, and what is no version is less than any version.
/// A tag's underscore is the plus sign of its version. Different tags have different keys.
std::string order_key(std::string_view tag);

/// Whether the tag is a version: one to three numbers, "v" before and pre-release and build after.
bool is_version(std::string_view tag);

/// Which of the tags, in any order, stands for the repository: the newest release, else the newest
/// version, else "latest", else the last by the alphabet. 0 if there are none.
std::size_t index_of_latest(const std::vector<std::string>& tags);

} // namespace berth::registration
