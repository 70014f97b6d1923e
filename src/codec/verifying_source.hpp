// VerifyingSource: the door through which foreign bytes enter.
#pragma once

#include "base/source.hpp"
#include "codec/hasher.hpp"
#include "oci/digest.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace berth::codec {

/// Passes through exactly `size` bytes that hash to `digest`. One byte too many, an early end
/// (size_invalid) or another digest (digest_invalid) throw instead of returning 0, so a reader
/// that saw the end has seen verified content. The last bytes are not given before they are
/// verified: who passes them on under a stated length passes on no false whole. Once it threw for
/// content, it throws the same again. `name` is what messages call it, e.g. "layer 2".
class VerifyingSource final : public Source {
public:
    VerifyingSource(std::unique_ptr<Source> inner, oci::Digest digest, std::uint64_t size,
                    std::string name);
    std::size_t read(std::span<std::byte> out) override;

private:
    [[noreturn]] void refuse(ErrorCode code, std::string message);
    void finish();

    std::unique_ptr<Source> inner_;
    oci::Digest expected_;
    std::uint64_t remaining_;
    std::uint64_t size_;
    std::string name_;
    Hasher hasher_;
    bool ended_ = false;
    std::optional<Error> refusal_;
};

/// As VerifyingSource where only the digest is known (diff-ids): any length up to `limit`, beyond
/// it limit_exceeded.
class DigestCheckingSource final : public Source {
public:
    DigestCheckingSource(std::unique_ptr<Source> inner, oci::Digest digest, std::uint64_t limit,
                         std::string name);
    std::size_t read(std::span<std::byte> out) override;

private:
    [[noreturn]] void refuse(ErrorCode code, std::string message);

    std::unique_ptr<Source> inner_;
    oci::Digest expected_;
    std::uint64_t remaining_;
    std::uint64_t limit_;
    std::string name_;
    Hasher hasher_;
    bool ended_ = false;
    std::optional<Error> refusal_;
};

} // namespace berth::codec
