// Entity tags of registries: an edit that began from what has changed since is refused.
#pragma once

#include "api/call.hpp"
#include "registration/book.hpp"

#include <cstdint>
#include <optional>

namespace berth::api {

/// The version that the caller's If-Match asks for, which is the current one; nothing without
/// If-Match. Refusal 412 EtagMismatch if none of its tags is that of `current`.
std::optional<std::int64_t> expected_version(const Call& call,
                                             const registration::Registration& current);

/// Runs `change`; a conflict of versions that it throws becomes Refusal 412 EtagMismatch if the
/// caller sent If-Match.
void under_etag(const Call& call, const std::function<void()>& change);

} // namespace berth::api
