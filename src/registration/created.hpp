// When content was made, as far as it says so itself: registries do not tell.
#pragma once

#include "registry/repository.hpp"

#include <cstdint>

namespace berth::registration {

/// Wall-clock milliseconds; 0 if the content does not say, or says what is no time. Of a manifest:
/// its annotation org.opencontainers.image.created, else what the image's config says; of an index:
/// its own annotation, else what its first image says. Reads at most one more manifest and one
/// config; 0 where that fails. Error cancelled.
std::int64_t created_of(registry::Repository& repository, const registry::Document& document);

} // namespace berth::registration
