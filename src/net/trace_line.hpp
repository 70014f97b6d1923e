// Addresses for logs: what a query carries in confidence is left out.
#pragma once

#include "net/url.hpp"

#include <string>

namespace berth::net {

/// The URL with the values of all query parameters replaced by "…", but for those of the OCI
/// distribution and token protocols that are known to be harmless.
std::string without_confidential_query(const Url& url);

} // namespace berth::net
