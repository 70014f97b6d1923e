#include "app/configuration_change.hpp"

#include "app/configuration_keys.hpp"

namespace berth::app {

std::vector<ChangedKey> changed_keys(const Configuration& running, const Configuration& wanted) {
    std::vector<ChangedKey> changed;
    for (const auto& key : configuration_keys()) {
        const auto value = key.write(wanted);
        if (value == key.write(running)) continue;
        changed.push_back({key.name, field::initial_text(value), changes_while_serving(key)});
    }
    return changed;
}

Configuration with_changes(Configuration running, const Configuration& wanted) {
    running.policy = wanted.policy;
    running.rates = wanted.rates;
    running.log.level = wanted.log.level;
    return running;
}

} // namespace berth::app
