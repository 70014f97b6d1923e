// The forms that progress takes on stderr: a block of bars, a plain line, a JSON event.
#pragma once

#include "cli/progress_state.hpp"

#include <string>
#include <vector>

namespace berth::cli {

/// "4 s", "1 min 20 s", "2 h 5 min".
std::string human_time(std::chrono::seconds time);

/// One line per active item (at most `most_items`, then "and 3 more") and the total last; each
/// fits in `width` columns.
std::vector<std::string> bar_lines(const ProgressState& state, SteadyTime now, std::size_t width,
                                   std::size_t most_items = 8);

/// "40 %, 560 MiB of 1.37 GiB, 210 MiB/s, 4 s left".
std::string total_line(const ProgressState& state, SteadyTime now);

} // namespace berth::cli
