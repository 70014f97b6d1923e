#include "api/callers.hpp"
#include "api/fields.hpp"
#include "api/identity_routes.hpp"
#include "api/refusal.hpp"
#include "api/session_cookies.hpp"
#include "base/text.hpp"

#include <memory>

namespace berth::api {
namespace {

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
        const auto user =
            log_in(call.request, name, password, text_field(body, "org").value_or(""));
        auto response = token_reply(parts_.realm.issue_token(user));
        call.audit.object = identity::uid_of(user.name);
        call.audit.name = user.name;
        call.audit.tenant = parts_.realm.tenant_of(user);
        if (call.query.find("setCookie").value_or("true") == "false") return response;
        begin_session(response, call.request, parts_.realm, user);
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
        clear_session(response, call.request);
        return response;
    }

private:
    /// `org`: a tenant's name, which the user's has to be if it is given.
    access::User log_in(net::Request& request, const std::string& name, const Secret& password,
                        const std::string& org) const {
        request.actor = name.substr(0, name_limit);
        auto user = user_with(request, name, password);
        if (user && is_of(*user, org)) {
            parts_.limiter.login_succeeded(request.peer, name);
            return std::move(*user);
        }
        parts_.limiter.login_failed(request.peer, name);
        if (parts_.login_failed) parts_.login_failed();
        parts_.audit.record({.action = "login.failed",
                             .outcome = "denied",
                             .actor = request.actor,
                             .peer = request.peer,
                             .request_id = request.id,
                             .status = 401});
        throw Refusal(401, "InvalidCredentials", "wrong user name or password");
    }

    bool is_of(const access::User& user, const std::string& org) const {
        if (org.empty()) return true;
        const auto tenant = parts_.realm.tenants().find(parts_.realm.tenant_of(user));
        return tenant && tenant->name == org;
    }

    std::optional<access::User> user_with(const net::Request& request, const std::string& name,
                                          const Secret& password) const {
        try {
            parts_.limiter.admit_login(request.peer, name);
            if (!parts_.users.authenticate(name, password)) return std::nullopt;
            return parts_.users.user(name);
        } catch (const Error& error) {
            if (error.code() != ErrorCode::too_many_requests) throw;
            throw limited(error);
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
