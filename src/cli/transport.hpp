// The transport of a command: proxies of the environment, and --trace-http.
#pragma once

#include "cli/invocation.hpp"
#include "net/http.hpp"

#include <memory>

namespace berth::cli {

/// `invocation` must outlive it.
std::unique_ptr<net::HttpTransport> transport_of(const Invocation& invocation);

} // namespace berth::cli
