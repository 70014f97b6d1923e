// Where the sealing keys come from: a file of ours, an environment variable, or a credential that
// systemd hands to the service.
#pragma once

#include "base/secret.hpp"
#include "seal/keyring.hpp"

#include <filesystem>
#include <optional>

namespace berth::seal {

/// What the caller found; the first that is set counts, in this order.
struct KeySource {
    /// A credential as systemd lays it down: $CREDENTIALS_DIRECTORY/NAME. Its mode is systemd's
    /// business.
    std::optional<std::filesystem::path> credential = {};
    /// The value of an environment variable.
    std::optional<Secret> variable = {};
    /// Our own file; made with one fresh key where there is none.
    std::filesystem::path file;
};

/// Errors: usage for text that is no key and for a key file that others can read; not_found for a
/// credential that is not there; those of reading and writing files.
Keyring load_keys(const KeySource& source);

/// Reads the key file, or makes it, readable by its owner alone. Of several processes that make it
/// at once one wins, and all return its key.
Keyring load_or_create_key_file(const std::filesystem::path& file);

/// Replaces the file by `keys`, durably. Whoever holds secrets sealed with a key that is no longer
/// in it cannot open them any more.
void write_key_file(const std::filesystem::path& file, const Keyring& keys);

} // namespace berth::seal
