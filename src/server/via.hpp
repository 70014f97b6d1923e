// Via: the servers of this kind that a request was passed on by (RFC 9110 section 7.6.3). Those
// that are registered with each other in a circle would ask each other for as long as a name lasts.
#pragma once

#include "net/http.hpp"

#include <string>
#include <vector>

namespace berth::server {

/// "berth-" and 16 random hex digits: what one process is called in Via, where host names would
/// tell strangers of the network.
std::string new_server_name();

/// The names of such servers in the fields Via of a request, the first to pass it on first. What
/// other proxies add is left out.
std::vector<std::string> passed_on_by(const net::Headers& headers);

/// The field for a request that these pass on.
std::string via_field(const std::vector<std::string>& names);

} // namespace berth::server
