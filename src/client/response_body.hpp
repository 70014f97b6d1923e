// The small parts of a response that are read even when it failed.
#pragma once

#include "base/clock.hpp"
#include "base/source.hpp"
#include "net/http.hpp"

#include <cstdint>
#include <string>

namespace berth::client {

/// Up to `limit` bytes; more are left unread. A body that breaks gives what came before.
std::string beginning_of(Source& body, std::uint64_t limit);
/// Seconds of a Retry-After field, or 0.
int retry_after_of(const net::Headers& headers, Clock& clock);
/// Content-Type in lower case without parameters, "" if there is none.
std::string media_type_of(const net::Headers& headers);

} // namespace berth::client
