// How many columns of a terminal a text takes, and cutting it to fit.
#pragma once

#include <string>
#include <string_view>

namespace berth::cli {

/// Code points; bytes that are not UTF-8 count one each. Wide characters are not told apart.
std::size_t display_width(std::string_view utf8);

/// At most `width` columns, with "…" at the end if something was cut. Never splits a code point.
std::string cut_to(std::string_view utf8, std::size_t width);

} // namespace berth::cli
