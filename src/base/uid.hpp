// The names that Berth gives to what it keeps.
#pragma once

#include <string>

namespace berth {

/// 24 random hex digits, of the length that clients of Palette's API know.
std::string random_uid();

} // namespace berth
