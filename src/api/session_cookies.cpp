#include "api/session_cookies.hpp"

#include "api/callers.hpp"

#include <fmt/format.h>

namespace berth::api {
namespace {

constexpr CookieUse readable{.readable = true};

} // namespace

std::string cookie(const net::Request& request, std::string_view name, std::string_view value,
                   std::chrono::seconds lasting, const CookieUse& use) {
    return fmt::format("{}={}; Path={}; Max-Age={}; SameSite={}{}{}", name, value, use.path,
                       lasting.count(), use.follows_links ? "Lax" : "Strict",
                       use.readable ? "" : "; HttpOnly", over_tls(request) ? "; Secure" : "");
}

void begin_session(net::Response& response, const net::Request& request, identity::Realm& realm,
                   const access::User& user) {
    if (const auto old = cookie_of(request, session_cookie)) realm.sessions().end(Secret(*old));
    const auto session = realm.sessions().begin(user);
    const std::chrono::seconds lasting = identity::session_lifetime;
    response.headers.add("Set-Cookie", cookie(request, session_cookie, session.reveal(), lasting));
    response.headers.add(
        "Set-Cookie",
        cookie(request, csrf_cookie, identity::Sessions::csrf_of(session), lasting, readable));
}

void clear_session(net::Response& response, const net::Request& request) {
    constexpr std::chrono::seconds now{0};
    response.headers.add("Set-Cookie", cookie(request, session_cookie, "", now));
    response.headers.add("Set-Cookie", cookie(request, csrf_cookie, "", now, readable));
}

} // namespace berth::api
