#include "registry/credentials.hpp"

#include "base/text.hpp"

namespace berth::registry {

std::optional<Credential> StaticCredential::credential_for(std::string_view registry,
                                                           std::string_view) {
    if (!equals_ignoring_case(registry, registry_)) return std::nullopt;
    return credential_;
}

} // namespace berth::registry
