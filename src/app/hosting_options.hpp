// What a configuration says about the hosted registry.
#pragma once

#include "app/configuration.hpp"
#include "hosting/hosted_registry.hpp"

#include <filesystem>

namespace berth::app {

hosting::HostingOptions hosting_options(const Configuration& configuration,
                                        const std::filesystem::path& directory);

} // namespace berth::app
