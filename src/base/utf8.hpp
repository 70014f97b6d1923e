// UTF-8: foreign bytes as characters.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace berth {

struct Character {
    std::uint32_t code_point;
    std::size_t length; ///< in bytes; 0 if the bytes are not UTF-8
};

/// The one at the front. No surrogates, nothing in too long a form. REQUIRES: text is not empty.
Character first_character(std::string_view text);

/// Bytes that are not UTF-8 become U+FFFD, so that any bytes can stand in JSON.
std::string utf8_text(std::string_view bytes);

} // namespace berth
