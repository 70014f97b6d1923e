// The flags by which commands beside `berth serve` find its data directory.
#pragma once

#include "app/configuration_flags.hpp"

namespace berth::app {

/// --data, --config and --set.
std::vector<cli::Flag> data_flags();
/// `flags`, and those after them.
std::vector<cli::Flag> with_data_flags(std::vector<cli::Flag> flags);

/// The configuration that `invocation` finds, and the data directory. Errors: usage for a
/// configuration that is not right.
struct Located {
    Configuration configuration;
    std::filesystem::path directory;
};
Located locate(const cli::Invocation& invocation);

} // namespace berth::app
