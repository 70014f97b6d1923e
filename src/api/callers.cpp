#include "api/callers.hpp"

#include "api/refusal.hpp"
#include "base/text.hpp"

namespace berth::api {
namespace {

Refusal unknown(const std::string& message) {
    Refusal refusal(401, "Unauthorized", message);
    refusal.set_hint("log in again, or use an API key that is active and not expired");
    return refusal;
}

std::optional<Secret> field(const net::Request& request, std::string_view name) {
    const auto found = trimmed(request.headers.find(name).value_or(""));
    if (found.empty()) return std::nullopt;
    return Secret(std::string(found));
}

std::optional<Secret> authorization(const net::Request& request) {
    constexpr std::string_view scheme = "Bearer ";
    auto found = field(request, "Authorization");
    if (!found) return std::nullopt;
    const std::string_view text = found->reveal();
    if (!equals_ignoring_case(text.substr(0, scheme.size()), scheme)) return found;
    return Secret(std::string(trimmed(text.substr(scheme.size()))));
}

} // namespace

std::optional<std::string> cookie_of(const net::Request& request, std::string_view name) {
    for (const auto line : request.headers.all("Cookie")) {
        for (auto pair : split(line, ';')) {
            pair = trimmed(pair);
            if (pair.size() > name.size() && pair[name.size()] == '=' && pair.starts_with(name))
                return std::string(pair.substr(name.size() + 1));
        }
    }
    return std::nullopt;
}

bool over_tls(const net::Request& request) {
    return request.tls || request.headers.find("X-Forwarded-Proto").value_or("") == "https";
}

void require_csrf(const net::Request& request, const Secret& session) {
    if (request.method == "GET" || request.method == "HEAD") return;
    const auto shown = request.headers.find("X-CSRF-Token").value_or("");
    if (equal_in_constant_time(shown, identity::Sessions::csrf_of(session))) return;
    throw Refusal(403, "CsrfMismatch",
                  shown.empty() ? "the field X-CSRF-Token is missing"
                                : "the field X-CSRF-Token is not that of this session")
        .hint_is("send the value of the cookie berth_csrf in it");
}

std::optional<identity::Person> caller_of(const net::Request& request, identity::Realm& realm) {
    if (const auto key = field(request, "ApiKey")) {
        auto person = realm.by_key(*key);
        if (!person) throw unknown("the API key is unknown, inactive or expired");
        return person;
    }
    if (const auto text = authorization(request)) {
        auto person = realm.by_text(*text);
        if (!person) throw unknown("the token or API key is not valid, or no longer");
        return person;
    }
    const auto cookie = cookie_of(request, session_cookie);
    if (!cookie || cookie->empty()) return std::nullopt;
    const Secret session(*cookie);
    auto person = realm.by_session(session);
    if (!person) throw unknown("the session has ended");
    require_csrf(request, session);
    return person;
}

bool still_opens(const net::Request& request, identity::Realm& realm) {
    if (const auto key = field(request, "ApiKey")) return realm.by_key(*key).has_value();
    if (const auto text = authorization(request)) return realm.by_text(*text).has_value();
    const auto cookie = cookie_of(request, session_cookie);
    return cookie && realm.sessions().is_alive(Secret(*cookie));
}

} // namespace berth::api
