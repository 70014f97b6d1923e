// Link: where the next page of a list is (RFC 8288).
#pragma once

#include "base/result.hpp"
#include "net/http.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace berth::client {

/// The target of the first link with rel=next in one Link value, as written: not resolved yet.
/// Text that breaks the grammar before one is found is Error response_invalid: a list must not
/// end early because its continuation could not be read.
Result<std::optional<std::string>> next_link(std::string_view value);
/// Of all Link fields of a response, which `what` names. Throws.
std::optional<std::string> next_link_of(const net::Headers& headers, std::string_view what);

} // namespace berth::client
