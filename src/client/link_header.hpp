// Link: where the next page of a list is (RFC 8288).
#pragma once

#include "net/http.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace berth::client {

/// The target of the first link with rel=next in one Link value, as written: not resolved yet.
std::optional<std::string> next_link(std::string_view value);
/// Of all Link fields of a response.
std::optional<std::string> next_link_of(const net::Headers& headers);

} // namespace berth::client
