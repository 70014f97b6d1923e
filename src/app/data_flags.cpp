#include "app/data_flags.hpp"

namespace berth::app {

std::vector<cli::Flag> data_flags() {
    std::vector<cli::Flag> flags{{.name = "data",
                                  .value = "DIR",
                                  .help = "where the registry is kept, as for berth serve",
                                  .variable = "BERTH_DATA"}};
    for (auto& flag : configuration_flags()) flags.push_back(std::move(flag));
    return flags;
}

std::vector<cli::Flag> with_data_flags(std::vector<cli::Flag> flags) {
    for (auto& flag : data_flags()) flags.push_back(std::move(flag));
    return flags;
}

Located locate(const cli::Invocation& invocation) {
    auto loaded = configuration_of(invocation, configuration_file(invocation));
    loaded.require_valid();
    auto directory = data_directory(loaded.value, invocation.environment());
    return {std::move(loaded.value), std::move(directory)};
}

} // namespace berth::app
