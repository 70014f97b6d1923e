// Callers: who sends a request to the management API, by what it shows.
#pragma once

#include "base/secret.hpp"
#include "identity/realm.hpp"
#include "net/http_message.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace berth::api {

inline constexpr std::string_view session_cookie = "berth_session";
inline constexpr std::string_view csrf_cookie = "berth_csrf";

/// The value of a cookie of that name; nothing if there is none.
std::optional<std::string> cookie_of(const net::Request& request, std::string_view name);

/// Whether the connection to the client is TLS, also where a gateway ends that. What the client
/// claims here makes nothing less safe: it only adds Secure to its own cookies.
bool over_tls(const net::Request& request);

/// Refusal 403 CsrfMismatch unless the method only reads, or the field X-CSRF-Token is that of the
/// session.
void require_csrf(const net::Request& request, const Secret& session);

/// Who asks: by the field ApiKey, by Authorization (a token or an API key, with or without
/// "Bearer "), by the session's cookie: the first that is there counts. Nobody if none is. Empty
/// fields are not there.
/// Refusals: 401 Unauthorized for what opens nothing, or nothing any more; 403 CsrfMismatch.
std::optional<identity::Person> caller_of(const net::Request& request, identity::Realm& realm);

/// Whether what the request brought still opens anything, for answers that last. Is no request in
/// the session, so it does not keep that alive.
bool still_opens(const net::Request& request, identity::Realm& realm);

} // namespace berth::api
