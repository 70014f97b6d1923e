// SHA-256 and HMAC-SHA-256, as Signature Version 4 uses them. Pure; any thread.
#pragma once

#include <string>
#include <string_view>

namespace berth::aws {

/// Lower-case hex of the SHA-256 of `bytes`.
std::string sha256_hex(std::string_view bytes);

/// The 32 raw bytes of HMAC-SHA-256. They are as secret as `key` is.
std::string hmac_sha256(std::string_view key, std::string_view bytes);

} // namespace berth::aws
