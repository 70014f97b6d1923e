// Where a server may send us, and where credentials may go.
//
// A registry names other addresses in four places: the realm of a challenge, redirects, Location
// and Link. Each of them passes these rules before anything is sent there.
#pragma once

#include "net/url.hpp"

#include <string_view>

namespace berth::client {

/// How far inside a network a host is, judged by its name alone: names are not looked up.
enum class Reach { loopback, link_local, private_network, open };
Reach reach_of(std::string_view host);

/// False for https to http, and for an address further inside the network than `from` is: a
/// registry on the internet has no business at 127.0.0.1 or 169.254.169.254.
bool may_lead_to(const net::Origin& from, const net::Origin& to);

/// The same host, or hosts of one owner as far as names tell: below a common domain that is not
/// one where strangers get names (co.uk, amazonaws.com, …), or a pair known to belong together.
bool same_site(std::string_view host, std::string_view other);

/// True if the credentials for a registry may be shown to the token service `realm`: the same
/// site, and https unless it is the same host of a registry that is spoken to in plain HTTP.
bool credentials_may_go_to(const net::Origin& registry, const net::Origin& realm);

} // namespace berth::client
