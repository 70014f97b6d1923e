#include "api/sign_in_routes.hpp"

#include "api/callers.hpp"
#include "api/refusal.hpp"
#include "api/return_path.hpp"
#include "api/session_cookies.hpp"
#include "api/sign_in_attempt.hpp"
#include "base/text.hpp"
#include "oidc/failure.hpp"

#include <fmt/format.h>

#include <memory>

namespace berth::api {
namespace {

constexpr CookieUse sign_in_use{.path = "/v1/auth/oidc/", .follows_links = true};

net::Response see_other(std::string address) {
    auto response = reply(303);
    response.headers.add("Location", std::move(address));
    response.headers.add("Referrer-Policy", "no-referrer"); // addresses here hold codes
    return response;
}

/// What went wrong, as a word for the login page.
std::string word_of(const Error& error) {
    if (const auto* failure = dynamic_cast<const oidc::LoginFailure*>(&error))
        return std::string(text_of(failure->failure()));
    if (const auto* refused = dynamic_cast<const identity::NotAdmitted*>(&error))
        return std::string(refused->word());
    return error.code() == ErrorCode::too_many_requests ? "busy" : "failed";
}

/// Codes that were guessed count as wrong passwords do. That the provider is away does not: else
/// nobody of a whole office could log in by their password either.
bool could_be_guessing(const Error& error) {
    const auto* failure = dynamic_cast<const oidc::LoginFailure*>(&error);
    return failure != nullptr && (failure->failure() == oidc::Failure::refused ||
                                  failure->failure() == oidc::Failure::untrusted);
}

class SignIn {
public:
    SignIn(const IdentityParts& parts, SignInParts sign_in)
        : parts_(parts), sign_in_(std::move(sign_in)) {}

    net::Response list(Call&) const {
        json::Array items;
        for (const auto& each : sign_in_.providers)
            items.push_back(
                json::Object{{"name", each.provider.name()}, {"label", each.provider.label()}});
        return reply(200, {{"items", std::move(items)}});
    }

    net::Response login(Call& call) const {
        call.request.actor.clear();
        const auto& chosen = find(call);
        const SignInAttempt attempt(return_path(call.query.find("return_to").value_or("")));
        return outcome(call, chosen, attempt.return_to(), [&] {
            auto response = see_other(chosen.provider.authorization_address(
                attempt_at(attempt, call, chosen), sign_in_.stop));
            response.headers.add("Set-Cookie",
                                 cookie(call.request, sign_in_cookie, attempt.cookie_text(),
                                        sign_in_lifetime, sign_in_use));
            return response;
        });
    }

    net::Response callback(Call& call) const {
        call.request.actor.clear(); // until it is proved; a failure is nobody's
        const auto& chosen = find(call);
        const auto attempt =
            SignInAttempt::read(cookie_of(call.request, sign_in_cookie).value_or(""));
        const auto return_to = attempt ? attempt->return_to() : return_path("");
        auto response = outcome(call, chosen, return_to, [&] {
            if (!attempt)
                throw oidc::LoginFailure(oidc::Failure::stale,
                                         "this browser has begun no login, or too long ago");
            return admit(call, chosen, *attempt);
        });
        response.headers.add("Set-Cookie", cookie(call.request, sign_in_cookie, "",
                                                  std::chrono::seconds(0), sign_in_use));
        return response;
    }

    /// After the logout here. Where the provider has no such place, does not answer or is none of
    /// ours any more, that is all there is to it.
    net::Response logout(Call& call) const {
        const std::string login = "/login";
        try {
            const auto there =
                find(call).provider.log_out_address(our_url(call.request) + login, sign_in_.stop);
            return see_other(there.value_or(login));
        } catch (const Error& error) {
            call.request.failure = error.what();
            return see_other(login);
        }
    }

private:
    const SignInProvider& find(const Call& call) const {
        const auto& name = call.segment("provider");
        for (const auto& each : sign_in_.providers)
            if (each.provider.name() == name) return each;
        throw Error(ErrorCode::not_found,
                    fmt::format("there is no login by {}", berth::quoted(name)));
    }

    oidc::Attempt attempt_at(const SignInAttempt& attempt, const Call& call,
                             const SignInProvider& chosen) const {
        const auto& name = chosen.provider.name();
        return attempt.at(name, fmt::format("{}/v1/auth/oidc/{}/callback", our_url(call.request),
                                            net::percent_encode(name)));
    }

    std::string our_url(const net::Request& request) const {
        if (!sign_in_.public_url.empty()) return sign_in_.public_url;
        return fmt::format("{}://{}", over_tls(request) ? "https" : "http",
                           request.headers.find("Host").value_or("localhost"));
    }

    net::Response admit(Call& call, const SignInProvider& chosen,
                        const SignInAttempt& attempt) const {
        parts_.limiter.admit_login(call.request.peer);
        const auto claimed =
            chosen.provider.redeem(attempt_at(attempt, call, chosen),
                                   {.code = call.query.find("code"),
                                    .state = call.query.find("state"),
                                    .issuer = call.query.find("iss"),
                                    .error = call.query.find("error"),
                                    .error_description = call.query.find("error_description")},
                                   sign_in_.stop);
        const auto user = identity::admit(parts_.users,
                                          {.provider = chosen.provider.name(),
                                           .subject = claimed.subject,
                                           .name = claimed.name,
                                           .groups = claimed.groups},
                                          chosen.rules);
        call.request.actor = user.name;
        call.audit.object = identity::uid_of(user.name);
        call.audit.name = user.name;
        call.audit.tenant = parts_.realm.tenant_of(user);
        call.audit.after = json::Object{{"provider", chosen.provider.name()},
                                        {"role", text_of(identity::role_of(user))}};
        auto response = see_other(attempt.return_to());
        begin_session(response, call.request, parts_.realm, user);
        return response;
    }

    /// What `act` answers, or the way back to the login page.
    template <class Act>
    net::Response outcome(Call& call, const SignInProvider& chosen, const std::string& return_to,
                          Act&& act) const {
        try {
            return act();
        } catch (const Error& error) {
            record_failure(call, chosen, error);
            std::string query;
            net::add_query(query, "signin", word_of(error));
            net::add_query(query, "provider", chosen.provider.name());
            net::add_query(query, "ref", call.request.id);
            net::add_query(query, "next", return_to);
            return see_other("/login?" + query);
        }
    }

    void record_failure(Call& call, const SignInProvider& chosen, const Error& error) const {
        call.request.failure = error.what();
        if (could_be_guessing(error)) parts_.limiter.login_failed(call.request.peer);
        if (parts_.login_failed) parts_.login_failed();
        auto detail =
            fmt::format("{}: {}: {}", chosen.provider.name(), word_of(error), error.message());
        if (!error.hint().empty()) detail += fmt::format(" ({})", error.hint());
        parts_.audit.record({.action = "login.failed",
                             .outcome = "denied",
                             .actor = {},
                             .detail = detail,
                             .peer = call.request.peer,
                             .request_id = call.request.id,
                             .status = 303});
    }

    IdentityParts parts_;
    SignInParts sign_in_;
};

} // namespace

Routes make_sign_in_routes(const IdentityParts& parts, SignInParts sign_in) {
    // Shared by copied operations.
    const auto made = std::make_shared<SignIn>(parts, std::move(sign_in));
    return {{"GET", "/v1/auth/oidc", std::nullopt, [made](Call& call) { return made->list(call); }},
            {"GET", "/v1/auth/oidc/{provider}/login", std::nullopt,
             [made](Call& call) { return made->login(call); }},
            {"GET", "/v1/auth/oidc/{provider}/callback", std::nullopt,
             [made](Call& call) { return made->callback(call); }, "login"},
            {"GET", "/v1/auth/oidc/{provider}/logout", std::nullopt,
             [made](Call& call) { return made->logout(call); }}};
}

} // namespace berth::api
