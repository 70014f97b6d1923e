// Session cookies: how a browser is told that it has logged in, or no more.
#pragma once

#include "access/users.hpp"
#include "identity/realm.hpp"
#include "net/http_message.hpp"

#include <chrono>
#include <string>
#include <string_view>

namespace berth::api {

struct CookieUse {
    std::string_view path = "/";
    bool readable = false; ///< by pages
    /// Sent when a page of another site leads here, too.
    bool follows_links = false;
};
/// The value of Set-Cookie; Secure where the client speaks TLS. `lasting` 0 takes the cookie away.
std::string cookie(const net::Request& request, std::string_view name, std::string_view value,
                   std::chrono::seconds lasting, const CookieUse& use = {});

/// A new session of the user in this browser, in place of the one that it had.
void begin_session(net::Response& response, const net::Request& request, identity::Realm& realm,
                   const access::User& user);
/// Takes the cookies away; the session is the caller's to end.
void clear_session(net::Response& response, const net::Request& request);

} // namespace berth::api
