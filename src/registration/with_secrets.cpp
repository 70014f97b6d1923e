#include "registration/with_secrets.hpp"

#include "base/error.hpp"

#include <utility>

namespace berth::registration {

std::optional<WithSecrets> find_with_secrets(Book& book, std::string_view tenant,
                                             std::string_view uid) {
    for (int attempt = 1;; ++attempt) {
        auto found = book.find(tenant, uid);
        if (!found) return std::nullopt;
        try {
            Secrets secrets = book.secrets_of(*found);
            return WithSecrets{std::move(*found), std::move(secrets)};
        } catch (const Error& error) {
            if (error.code() != ErrorCode::conflict || attempt == 3) throw;
        }
    }
}

} // namespace berth::registration
