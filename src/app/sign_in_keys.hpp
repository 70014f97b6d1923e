// The section oidc of the configuration: who may log in by which provider.
#pragma once

#include "app/configuration_keys.hpp"
#include "app/configuration_load.hpp"

#include <vector>

namespace berth::app {

void add_sign_in_keys(std::vector<Key>& keys);
/// What only several of them together show. Adds to `loaded.problems`.
void check_sign_in(LoadedConfiguration& loaded);

} // namespace berth::app
