// How many files and connections this process may have open.
#pragma once

#include "app/configuration.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace berth::app {

/// Raises the soft limit to the hard one, but not beyond what any configuration could use, and
/// returns what holds then. What the system does not allow is left as it is. For the process: once,
/// at its start.
std::uint64_t raise_descriptor_limit();

/// What to say if so many descriptors cannot carry the connections and requests of the
/// configuration; nothing if they can.
std::optional<std::string> too_few_descriptors(const HttpConfiguration& http, std::uint64_t limit);

} // namespace berth::app
