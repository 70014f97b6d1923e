// Durations for people: "3 days", "2 hours", "40 seconds".
#pragma once

#include <cstdint>
#include <string>

namespace berth::hosting {

/// The largest unit that is there at least once, rounded down; negative is as none.
std::string duration_text(std::int64_t seconds);

} // namespace berth::hosting
