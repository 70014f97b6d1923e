// Text forms that many folders need: hex, base64, quoting of foreign text, sizes for people.
#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace berth {

/// Lower-case hex.
std::string to_hex(std::span<const std::byte> bytes);

/// Standard alphabet with padding (RFC 4648 section 4).
std::string to_base64(std::string_view bytes);
/// Standard or URL-safe alphabet, padding optional; anything else is an Error.
Result<std::string> from_base64(std::string_view text);

/// Foreign text made safe for a terminal or a log: in double quotes, control characters, quotes,
/// backslashes and bytes that are not UTF-8 escaped, cut after 200 bytes with "…".
std::string quoted(std::string_view text);

/// "17 B", "3.2 KiB", "1.4 GiB": three significant digits, binary units.
std::string human_size(std::uint64_t bytes);

/// The whole text as a decimal number from 0 to `max`; nothing for signs, spaces, other bytes.
std::optional<std::uint64_t> parse_number(std::string_view text, std::uint64_t max);

std::string to_lower(std::string_view ascii);
bool equals_ignoring_case(std::string_view a, std::string_view b);
std::string_view trimmed(std::string_view text); ///< without spaces and tabs at both ends
std::vector<std::string_view> split(std::string_view text, char separator);

} // namespace berth
