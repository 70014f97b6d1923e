// Sealer: secrets sealed for rest in a database, with XChaCha20-Poly1305.
//
// What is sealed opens for one binding only: the id of the row that owns it, the origin that it may
// be shown to, and the field it stands for. A row that somebody moved or edited in the database
// therefore does not open, and no password can be sent to another host by changing an address.
#pragma once

#include "base/secret.hpp"
#include "seal/keyring.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace berth::seal {

/// Longest secret: a client's private key is the largest that there is.
inline constexpr std::size_t secret_limit = 64 * 1024;

/// All three are compared byte by byte.
struct Binding {
    std::string owner;  ///< id of whom the secret belongs to
    std::string origin; ///< "https://host:port", as Origin::text() writes it
    std::string field;  ///< "password"
};

/// Any thread.
class Sealer {
public:
    explicit Sealer(Keyring keys) : keys_(std::move(keys)) {}

    /// Bytes for a BLOB column. Twice the same secret gives different bytes; its length shows only
    /// up to a multiple of 32. Error limit_exceeded beyond secret_limit.
    std::string seal(const Secret& secret, const Binding& binding) const;

    /// Errors are corrupt and say which of these it was: sealed with a key that is not in the
    /// keyring (it names both ids), bound to another owner, to another origin or field, damaged.
    Secret open(std::string_view sealed, const Binding& binding) const;

    /// The same secret under the current key; nothing if it is so already. Errors as open()'s.
    std::optional<std::string> reseal(std::string_view sealed, const Binding& binding) const;

    const Keyring& keys() const { return keys_; }

private:
    Keyring keys_;
};

/// Which key `sealed` names. Error corrupt for bytes that are not sealed ones.
KeyId key_id_of(std::string_view sealed);

} // namespace berth::seal
