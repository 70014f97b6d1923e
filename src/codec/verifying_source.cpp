#include "codec/verifying_source.hpp"

#include "base/error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace berth::codec {
namespace {

std::string mismatch(const std::string& name, const oci::Digest& actual,
                     const oci::Digest& expected) {
    return fmt::format("{} has digest {}, expected {}", name, actual.text(), expected.text());
}

} // namespace

VerifyingSource::VerifyingSource(std::unique_ptr<Source> inner, oci::Digest digest,
                                 std::uint64_t size, std::string name)
    : inner_(std::move(inner)),
      expected_(std::move(digest)),
      remaining_(size),
      size_(size),
      name_(std::move(name)),
      hasher_(expected_.algorithm()) {}

void VerifyingSource::refuse(ErrorCode code, std::string message) {
    refusal_.emplace(code, std::move(message));
    throw *refusal_;
}

void VerifyingSource::finish() {
    std::array<std::byte, 1> extra{};
    if (inner_->read(extra) != 0) {
        refuse(ErrorCode::size_invalid, fmt::format("{} goes on after its {} bytes", name_, size_));
    }
    const oci::Digest actual = hasher_.digest();
    if (actual != expected_) {
        refuse(ErrorCode::digest_invalid, mismatch(name_, actual, expected_));
    }
    ended_ = true;
}

std::size_t VerifyingSource::read(std::span<std::byte> out) {
    if (refusal_) throw *refusal_;
    if (ended_) return 0;
    if (remaining_ == 0) {
        finish();
        return 0;
    }
    const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(out.size(), remaining_));
    const std::size_t got = inner_->read(out.first(wanted));
    if (got == 0) {
        refuse(ErrorCode::size_invalid,
               fmt::format("{} ends after {} of {} bytes", name_, size_ - remaining_, size_));
    }
    hasher_.update(out.first(got));
    remaining_ -= got;
    if (remaining_ == 0) finish();
    return got;
}

DigestCheckingSource::DigestCheckingSource(std::unique_ptr<Source> inner, oci::Digest digest,
                                           std::uint64_t limit, std::string name)
    : inner_(std::move(inner)),
      expected_(std::move(digest)),
      remaining_(limit),
      limit_(limit),
      name_(std::move(name)),
      hasher_(expected_.algorithm()) {}

void DigestCheckingSource::refuse(ErrorCode code, std::string message) {
    refusal_.emplace(code, std::move(message));
    throw *refusal_;
}

std::size_t DigestCheckingSource::read(std::span<std::byte> out) {
    if (refusal_) throw *refusal_;
    if (ended_) return 0;
    const std::size_t got = inner_->read(out);
    if (got > remaining_) {
        refuse(ErrorCode::limit_exceeded,
               fmt::format("{} is longer than the limit of {} bytes", name_, limit_));
    }
    if (got != 0) {
        hasher_.update(out.first(got));
        remaining_ -= got;
        return got;
    }
    const oci::Digest actual = hasher_.digest();
    if (actual != expected_) {
        refuse(ErrorCode::digest_invalid, mismatch(name_, actual, expected_));
    }
    ended_ = true;
    return 0;
}

} // namespace berth::codec
