// The names that people give to registries.
#pragma once

#include <string>
#include <string_view>

namespace berth::registration {

inline constexpr std::size_t name_limit = 128; ///< code points

/// The name with spaces at its ends removed and runs of spaces made one. Any script; refused
/// (FieldError usage, metadata.name) are: nothing, more than name_limit, bytes that are not UTF-8,
/// control and format characters (also those that change the direction of text or take no room),
/// private use, "/" and "\" (names stand in paths), and a Latin letter with a separate
/// accent behind it, which would look like the letter that has one.
std::string checked_name(std::string_view text);

/// Names with the same key are the same name: letters without regard to case, by Unicode's simple
/// mapping. REQUIRES: a checked name.
std::string name_key(std::string_view name);

} // namespace berth::registration
