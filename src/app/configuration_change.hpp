// ConfigurationChange: what differs between the configuration that is in force and a new one.
#pragma once

#include "app/configuration.hpp"

#include <string>
#include <vector>

namespace berth::app {

struct ChangedKey {
    std::string name;
    std::string value; ///< the new one, as text
    bool at_once;      ///< else it needs a restart
};

/// In the order of the table of keys.
std::vector<ChangedKey> changed_keys(const Configuration& running, const Configuration& wanted);

/// `running` with what of `wanted` can change while the server runs.
Configuration with_changes(Configuration running, const Configuration& wanted);

} // namespace berth::app
