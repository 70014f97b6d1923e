// Loading a configuration: several sources on top of each other, all problems at once.
#pragma once

#include "app/configuration.hpp"
#include "app/configuration_problem.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace berth::app {

/// What a configuration is made from. The later source wins: file, environment, overrides.
struct ConfigurationSources {
    struct Text {
        std::string name; ///< the file's path, for messages
        std::string text;
    };
    struct Override {
        std::string key;
        std::string text;
        std::string origin; ///< "--listen"
    };
    std::optional<Text> file = {};
    /// All of the process; what is no BERTH_SECTION__KEY is left alone, and so is an empty value.
    std::map<std::string, std::string, std::less<>> variables = {};
    std::vector<Override> overrides = {};
};

struct LoadedConfiguration {
    Configuration value;
    /// Where each key that is not at its default comes from, e.g. "/etc/berth/berth.yaml:3:11".
    std::map<std::string, std::string> origins;
    std::vector<Problem> problems;

    /// "default" for a key that is not in `origins`.
    std::string origin(const std::string& key) const;
    /// Throws Error usage that lists all problems, if there are any.
    void require_valid() const;
};

/// Never throws for what the sources hold: that is in `problems`.
LoadedConfiguration load_configuration(const ConfigurationSources& sources);

} // namespace berth::app
