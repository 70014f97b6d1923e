#include "client/session.hpp"

#include "base/source.hpp"
#include "base/text.hpp"
#include "client/error_body.hpp"
#include "client/origin_rules.hpp"
#include "client/response_body.hpp"

#include <fmt/format.h>

namespace berth::client {
namespace {

/// What Go's and nginx's servers say to plain HTTP on a TLS port.
bool wants_https(std::string_view body) {
    return body.find("HTTP request to an HTTPS server") != std::string_view::npos ||
           body.find("plain HTTP request was sent to HTTPS port") != std::string_view::npos;
}

std::string wanted_text(const AccessWanted& wanted) {
    return wanted.scopes.empty() ? "access to the registry" : wanted.scopes.text();
}

} // namespace

Session::Session(RemoteOptions options, RemoteDependencies dependencies)
    : options_(std::move(options)),
      dependencies_(dependencies),
      endpoint_(Endpoint::of(options_)),
      authenticator_(endpoint_, dependencies_) {}

Retry Session::retry() {
    RetryPolicy policy;
    policy.attempts = std::max(options_.attempts, 1);
    policy.within = options_.patience;
    return Retry(policy, dependencies_.clock, dependencies_.stop, options_.note);
}

void Session::note(std::string_view text) const {
    if (options_.note) options_.note(text);
}

Answer Session::send(const Call& call) {
    return retry().run([&] { return send_once(call); });
}

Answer Session::send_once(const Call& call) {
    const bool own = is_own(call.url);
    const Secret authorization = own ? authenticator_.authorization_for(call.access) : Secret();
    Answer answer = send_renewing(call, authorization);
    if (answer.status() == 401 && own && is_own(answer.url))
        answer = answer_challenge(std::move(answer), call, authorization);
    throw_if_repeatable(answer, call);
    return answer;
}

Answer Session::send_with(const Call& call, const Secret& authorization) {
    net::HttpRequest request{.method = call.method, .url = call.url, .headers = call.headers};
    request.authorization = authorization;
    request.body = call.body;
    request.tls = endpoint_.tls;
    if (call.method == "GET" || call.method == "HEAD") request.patience = options_.patience;
    if (is_own(call.url)) {
        if (!options_.via.empty()) request.headers.set("Via", options_.via);
    } else {
        request.tls.certificate_file.clear();
        request.tls.key_file.clear();
    }
    return send_following(dependencies_.transport, std::move(request), dependencies_.stop);
}

Answer Session::send_renewing(const Call& call, const Secret& authorization) {
    Answer answer = send_with(call, authorization);
    if (authorization.empty() || !is_own(answer.url) || !says_expired(answer, call, authorization))
        return answer;
    const auto fresh = authenticator_.renewed(call.access, authorization);
    return fresh ? send_with(call, *fresh) : std::move(answer);
}

/// Some registries do not answer 401 to a credential that has expired: private ECR says 403 and
/// ECR Public 400, without a challenge, and only the text tells it from a refusal.
bool Session::says_expired(Answer& answer, const Call& call, const Secret& authorization) {
    const bool renews = dependencies_.credentials.renews();
    if (answer.status() == 401) return renews;
    if (answer.status() != 403 && answer.status() != 400) return false;
    if (call.method == "HEAD") {
        // No text: another question shows it.
        if (!renews) return false;
        const Call other{.url = endpoint_.url(""), .access = call.access, .what = call.what};
        Answer told = send_with(other, authorization);
        return says_expired(told, other, authorization);
    }
    const std::string body = beginning_of(*answer.response.body, error_body_limit);
    answer.response.body = std::make_unique<MemorySource>(body);
    return to_lower(body).find("expired") != std::string::npos;
}

Answer Session::answer_challenge(Answer first, const Call& call, const Secret& rejected) {
    // Read what is left, so that the connection can be used again.
    beginning_of(*first.response.body, error_body_limit);
    const Secret better =
        authenticator_.answer(challenges_of(first.response.headers), call.access, rejected);
    Answer answer = send_renewing(call, better);
    if (answer.status() != 401 || !is_own(answer.url)) return answer;
    const auto challenge = find_challenge(challenges_of(answer.response.headers), "bearer");
    const bool lacks_rights = challenge && challenge->parameter("error") == "insufficient_scope";
    const std::string body = beginning_of(*answer.response.body, error_body_limit);
    const Error told = error_of_response(401, body, endpoint_.name, call.what);
    const std::string who = authenticator_.identity(call.access);
    Error error(lacks_rights ? ErrorCode::denied : ErrorCode::unauthorized,
                fmt::format("{}; {} asked for {}", told.message(), who, wanted_text(call.access)));
    throw error.set_hint(call.access.scopes.empty()
                             ? login_hint
                             : "the repository may not be there, or another account is needed",
                         endpoint_.log_in());
}

void Session::throw_if_repeatable(Answer& answer, const Call& call) {
    const int status = answer.status();
    const bool own = is_own(answer.url);
    const bool storage_refused = !own && (status == 401 || status == 403); // a link that expired
    const bool failed = status >= 500 && status != 501 && status != 505;
    if (!failed && status != 408 && status != 429 && status != 401 && !storage_refused) return;
    Error error = failure(answer, call);
    if (storage_refused) error = Error(ErrorCode::upstream_failed, error.message());
    error.set_retry_after(retry_after_of(answer.response.headers, dependencies_.clock));
    if (status == 429 && authenticator_.identity(call.access) == "anonymous access")
        error.set_hint("registries limit anonymous access more: give a user name and a password",
                       endpoint_.log_in());
    throw error;
}

Error Session::failure(Answer& answer, const Call& call) {
    const std::string body = call.method == "HEAD"
                                 ? std::string()
                                 : beginning_of(*answer.response.body, error_body_limit);
    const std::string server =
        is_own(answer.url)
            ? endpoint_.name
            : fmt::format("{} (where {} led)", answer.url.origin.text(), endpoint_.name);
    Error error = error_of_response(answer.status(), body, server, call.what);
    if (error.code() == ErrorCode::denied) {
        const std::string who = authenticator_.identity(call.access);
        error = Error(error.code(), fmt::format("{}; {} asked for {}", error.message(), who,
                                                wanted_text(call.access)));
        error.set_hint("this account lacks the right; ask the registry's owner for it");
    }
    if (answer.status() == 400 && endpoint_.origin.scheme == "http" && wants_https(body))
        error.set_hint("this registry speaks TLS: use https://", {Remedy::Kind::use_tls});
    return error;
}

net::Url Session::resolve(const net::Url& from, std::string_view target,
                          std::string_view field) const {
    auto url = from.resolve(target);
    if (url.has_error())
        throw Error(ErrorCode::response_invalid,
                    fmt::format("{} sent a {} that is no address: {}", endpoint_.name, field,
                                url.error().message()));
    if (url->origin.scheme == "http" && endpoint_.origin.scheme == "https" &&
        url->origin.host == endpoint_.origin.host)
        url->origin = endpoint_.origin;
    // Elsewhere only protected: nobody but the registry vouches for that place.
    const bool allowed =
        url->origin == endpoint_.origin ||
        (url->origin.scheme == "https" && may_lead_to(endpoint_.origin, url->origin));
    if (!allowed)
        throw Error(ErrorCode::response_invalid,
                    fmt::format("{} sent a {} to {}: refused, because that is less protected or "
                                "further inside the network",
                                endpoint_.name, field, url->origin.text()));
    return *url;
}

} // namespace berth::client
