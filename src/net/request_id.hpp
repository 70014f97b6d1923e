// Request ids: what ties a client's complaint to a line in the log.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace berth::net {

/// The client's own id if it is 1 to 64 letters, digits and `-_.:/+=`, which need no quoting
/// anywhere; otherwise 16 hex digits at random. Any thread.
std::string request_id(std::optional<std::string_view> given);

} // namespace berth::net
