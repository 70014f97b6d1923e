// Where a command finds the configuration: flags, environment, file.
#pragma once

#include "app/configuration_load.hpp"
#include "cli/command.hpp"
#include "cli/invocation.hpp"

#include <filesystem>
#include <optional>
#include <vector>

namespace berth::app {

/// --config and --set, which every command that reads the configuration has.
std::vector<cli::Flag> configuration_flags();

/// `file`, else --config, else /etc/berth/berth.yaml if it is there.
std::optional<std::filesystem::path> configuration_file(
    const cli::Invocation& invocation, const std::optional<std::string>& file = {});

/// All that the command line, the environment and `file` say. Errors: the file cannot be read.
LoadedConfiguration configuration_of(const cli::Invocation& invocation,
                                     const std::optional<std::filesystem::path>& file);

/// storage.directory, else berth/registry below the user's data directory.
std::filesystem::path data_directory(const Configuration& configuration,
                                     const cli::Environment& environment);

} // namespace berth::app
