// Which bytes a header field may consist of (RFC 9110 section 5).
#pragma once

#include <string_view>

namespace berth::net {

/// One or more token characters.
bool is_field_name(std::string_view name) noexcept;
/// No control characters but tab: such a value cannot start another line.
bool is_field_value(std::string_view value) noexcept;

} // namespace berth::net
