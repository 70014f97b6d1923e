// KeySet: the public keys that a provider signs with (JSON Web Key Set, RFC 7517).
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace berth::oidc {

/// A value that cannot change. Any thread.
class KeySet {
public:
    static constexpr std::size_t most_keys = 100;

    KeySet() = default;
    /// Keys of other kinds than RSA (2048 to 8192 bits) and P-256, and those that are not for
    /// signing, are left out. LoginFailure broken for what is no key set.
    static KeySet parse(std::string_view document);

    std::size_t size() const { return keys_.size(); }

    enum class Verdict { good, bad, unknown_key };
    /// Whether a key signed `text`. `algorithm`: RS256 or ES256, others are never good. A token
    /// without a `key_id` ("") may be of any fitting key.
    Verdict verify(std::string_view algorithm, std::string_view key_id, std::string_view text,
                   std::string_view signature) const;

private:
    struct Key;
    std::vector<std::shared_ptr<const Key>> keys_;
};

} // namespace berth::oidc
