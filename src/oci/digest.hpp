// Digest: the name of content (image-spec descriptor.md "Digests").
#pragma once

#include "base/result.hpp"

#include <compare>
#include <string>
#include <string_view>

namespace berth::oci {

enum class DigestAlgorithm { sha256, sha512 };

/// A registered algorithm and its lower-case hex of the right length. Exists only if well-formed.
class Digest {
public:
    /// "sha256:" and 64, or "sha512:" and 128 lower-case hex digits; all else is digest_invalid.
    static Result<Digest> parse(std::string_view text);

    DigestAlgorithm algorithm() const noexcept { return algorithm_; }
    /// "sha256:…"
    const std::string& text() const noexcept { return text_; }
    std::string_view algorithm_name() const noexcept;
    std::string_view hex() const noexcept;
    /// The first 12 hex digits, for people.
    std::string_view short_hex() const noexcept { return hex().substr(0, 12); }

    auto operator<=>(const Digest& other) const noexcept { return text_ <=> other.text_; }
    bool operator==(const Digest& other) const noexcept { return text_ == other.text_; }

private:
    Digest(DigestAlgorithm algorithm, std::string text)
        : algorithm_(algorithm), text_(std::move(text)) {}

    DigestAlgorithm algorithm_;
    std::string text_;
};

} // namespace berth::oci
