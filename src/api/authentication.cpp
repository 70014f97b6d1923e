#include "api/callers.hpp"
#include "api/fields.hpp"
#include "api/identity_routes.hpp"
#include "api/refusal.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <memory>

namespace berth::api {
namespace {

using std::chrono::seconds;

constexpr std::size_t name_limit = 128;

/// What a browser adds as Origin names the host that was asked; or there is none.
bool is_of_this_host(const net::Request& request) {
    const auto origin = request.headers.find("Origin");
    if (!origin) return true;
    const auto at = origin->find("://");
    const auto host = at == std::string_view::npos ? std::string_view() : origin->substr(at + 3);
    return !host.empty() && equals_ignoring_case(host, request.headers.find("Host").value_or(""));
}

/// A page of another site must not log somebody in, as somebody else, without their knowing.
/// Browsers say where a request comes from; programs do not.
void refuse_other_sites(const net::Request& request) {
    const auto site = request.headers.find("Sec-Fetch-Site");
    // Said over TLS and to localhost alone; elsewhere the origin has to do.
    if (!site && is_of_this_host(request)) return;
    if (site && (*site == "none" || *site == "same-origin")) return;
    throw Refusal(403, "CsrfMismatch", "a page of another site cannot log in here");
}

std::string cookie(const net::Request& request, std::string_view name, std::string_view value,
                   seconds lasting) {
    return fmt::format("{}={}; Path=/; Max-Age={}; SameSite=Strict{}{}", name, value,
                       lasting.count(), name == session_cookie ? "; HttpOnly" : "",
                       over_tls(request) ? "; Secure" : "");
}

void set_cookies(net::Response& response, const net::Request& request, const Secret& session) {
    const seconds lasting = identity::session_lifetime;
    response.headers.add("Set-Cookie", cookie(request, session_cookie, session.reveal(), lasting));
    response.headers.add(
        "Set-Cookie", cookie(request, csrf_cookie, identity::Sessions::csrf_of(session), lasting));
}

net::Response token_reply(const std::string& token) {
    return reply(200, {{"Authorization", token}, {"isPasswordReset", false}, {"isMfa", false}});
}

class Authentication {
public:
    explicit Authentication(const IdentityParts& parts) : parts_(parts) {}

    net::Response authenticate(Call& call) const {
        refuse_other_sites(call.request);
        const auto body = body_of(call);
        const auto name = text_field(body, "emailId").value_or("");
        const Secret password(text_field(body, "password").value_or(""));
        const auto user = log_in(call.request, name, password);
        auto response = token_reply(parts_.realm.issue_token(user));
        call.audit.object = identity::uid_of(user.name);
        if (call.query.find("setCookie").value_or("true") == "false") return response;
        if (const auto old = cookie_of(call.request, session_cookie))
            parts_.realm.sessions().end(Secret(*old));
        set_cookies(response, call.request, parts_.realm.sessions().begin(user));
        return response;
    }

    /// Gives no cookies: a session lengthens itself by being used, and an address that anybody can
    /// make a browser ask for must not begin one.
    net::Response refresh(Call& call) const {
        const auto token = parts_.realm.refresh_token(call.segment("token"));
        if (!token) {
            throw Refusal(401, "Unauthorized", "the token is not valid, or no longer")
                .hint_is("log in again");
        }
        return token_reply(*token);
    }

    net::Response logout(Call& call) const {
        const auto text = cookie_of(call.request, session_cookie).value_or("");
        const Secret session(text);
        if (parts_.realm.by_session(session)) {
            require_csrf(call.request, session);
            parts_.realm.sessions().end(session);
        }
        auto response = reply(204);
        for (const auto name : {session_cookie, csrf_cookie})
            response.headers.add("Set-Cookie", cookie(call.request, name, "", seconds(0)));
        return response;
    }

private:
    access::User log_in(net::Request& request, const std::string& name,
                        const Secret& password) const {
        request.actor = name.substr(0, name_limit);
        if (auto user = user_with(request, name, password)) return std::move(*user);
        parts_.limiter.login_failed(request.peer);
        if (parts_.login_failed) parts_.login_failed();
        parts_.audit.record({.action = "login.failed",
                             .outcome = "denied",
                             .actor = request.actor,
                             .peer = request.peer,
                             .request_id = request.id,
                             .status = 401});
        throw Refusal(401, "InvalidCredentials", "wrong user name or password");
    }

    std::optional<access::User> user_with(const net::Request& request, const std::string& name,
                                          const Secret& password) const {
        try {
            parts_.limiter.admit_login(request.peer);
            if (!parts_.users.authenticate(name, password)) return std::nullopt;
            return parts_.users.user(name);
        } catch (const Error& error) {
            if (error.code() != ErrorCode::too_many_requests) throw;
            Refusal refusal(429, "TooManyRequests", error.message());
            refusal.set_hint(error.hint());
            refusal.set_retry_after(error.retry_after_seconds());
            throw refusal;
        }
    }

    IdentityParts parts_;
};

} // namespace

Routes make_authentication_routes(const IdentityParts& parts) {
    const auto made = std::make_shared<Authentication>(parts); // shared by copied operations
    return {{"POST", "/v1/auth/authenticate", std::nullopt,
             [made](Call& call) { return made->authenticate(call); }, "login"},
            {"GET", "/v1/auth/refresh/{token}", std::nullopt,
             [made](Call& call) { return made->refresh(call); }},
            {"POST", "/v1/auth/logout", std::nullopt,
             [made](Call& call) { return made->logout(call); }, "logout"}};
}

} // namespace berth::api
