// Texts that open something: made at random, kept as hashes.
//
// They have 256 bits, so a plain hash of one cannot be turned back by guessing, and looking one up
// by its hash tells nothing by the time it takes.
#pragma once

#include "base/secret.hpp"

#include <string>
#include <string_view>

namespace berth::identity {

/// 43 characters of base64url, of 32 random bytes.
std::string random_text();

/// SHA-256 in hex. `purpose` keeps the hashes of different kinds apart.
std::string hash_of(std::string_view purpose, std::string_view text);

/// 24 hex digits that always stand for the same `text` and purpose.
std::string derived_uid(std::string_view purpose, std::string_view text);

} // namespace berth::identity
