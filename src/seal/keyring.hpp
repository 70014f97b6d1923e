// Keyring: the keys that secrets at rest are sealed with.
//
// The first key seals; all of them open. A key names itself by a hash of its bytes, so ids need no
// keeping and two keyrings that hold the same key agree on its id.
#pragma once

#include "base/secret.hpp"

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace berth::seal {

inline constexpr std::size_t key_bytes = 32;
inline constexpr std::size_t key_limit = 16; ///< keys in one keyring

struct KeyId {
    std::array<std::byte, 8> bytes{};
    std::string text() const; ///< 16 hex digits, for messages and rows
    auto operator<=>(const KeyId&) const = default;
};

/// A value; not empty. Copies are wiped like Secrets. Any thread may read it.
class Keyring {
public:
    /// One fresh random key.
    static Keyring generate();
    /// Keys in base64, 32 bytes each, separated by spaces, commas or line ends; a "#" starts a
    /// comment that ends with its line. `where` names the source in messages. Error usage for text
    /// that is no key, for no key, for one that comes twice and for more than key_limit; the text
    /// itself is never repeated.
    static Keyring parse(const Secret& text, std::string_view where);

    /// The form that parse() reads, one key a line.
    Secret text() const;

    /// The key that seals.
    const KeyId& current() const { return keys_.front().id; }
    std::vector<KeyId> ids() const;
    std::size_t size() const { return keys_.size(); }

    /// A fresh key in front, all others behind it. Error usage beyond key_limit.
    Keyring with_fresh_key() const;
    /// The current key alone: once everything has been sealed again.
    Keyring without_old_keys() const;

    /// The key's bytes; nothing for an id that is not here.
    const Secret* find(const KeyId& id) const;

private:
    struct Key {
        KeyId id;
        Secret bytes;
    };
    explicit Keyring(std::vector<Key> keys) : keys_(std::move(keys)) {}
    static Key make_key(Secret bytes);

    std::vector<Key> keys_;
};

} // namespace berth::seal
