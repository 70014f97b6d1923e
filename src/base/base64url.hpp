// base64url: bytes in addresses and tokens (RFC 4648 section 5). from_base64() of base/text.hpp
// reads it.
#pragma once

#include <string>
#include <string_view>

namespace berth {

/// Without padding.
std::string to_base64url(std::string_view bytes);

} // namespace berth
