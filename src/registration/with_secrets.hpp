// A registration with its opened secrets, both of one version.
#pragma once

#include "registration/book.hpp"

#include <optional>
#include <string_view>

namespace berth::registration {

struct WithSecrets {
    Registration registration;
    Secrets secrets;
};

/// Nothing if it is not there. Errors: as Book::secrets_of(), a conflict only if it changes again
/// and again.
std::optional<WithSecrets> find_with_secrets(Book& book, std::string_view tenant,
                                             std::string_view uid);

} // namespace berth::registration
