#include "base/json.hpp"
#include "base/text.hpp"
#include "net/query.hpp"
#include "server/caller.hpp"
#include "server/distribution.hpp"
#include "server/site.hpp"

#include <fmt/format.h>
#include <boost/json/object.hpp>

#include <ctime>

namespace berth::server {

namespace {

/// Of anybody's, and it is waited for at a KiB a second.
constexpr std::uint64_t form_limit = 16 * 1024;

std::string rfc3339(std::chrono::system_clock::time_point time) {
    const auto seconds = std::chrono::system_clock::to_time_t(time);
    std::tm parts{};
    ::gmtime_r(&seconds, &parts);
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", parts.tm_year + 1900,
                       parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec);
}

/// A refresh token for a user who has just logged in.
std::string refresh_token(const DistributionParts& parts, const access::Identity& identity) {
    for (const auto& user : parts.users.list()) {
        if (user.name == identity.name) return parts.tokens.issue_refresh(user);
    }
    throw Error(ErrorCode::unauthorized, "the user is gone");
}

/// The same with what it may do in registries that are registered.
access::Identity let_into_registered(access::Identity identity,
                                     const std::vector<access::Scope>& wanted,
                                     const DistributionParts& parts) {
    if (!parts.find_registered) return identity;
    for (const auto& scope : wanted) {
        if (scope.type != "repository") continue;
        if (const auto found = parts.find_registered(identity.name, scope.name))
            identity.grants.push_back({scope.name, found->actions});
    }
    return identity;
}

/// `offline`: the client wants a refresh token too.
net::Response token_response(const net::Request& request, const access::Identity& identity,
                             const std::vector<std::string>& wanted, bool offline,
                             const DistributionParts& parts) {
    if (parts.limiter != nullptr) parts.limiter->admit(identity.name, request.peer);
    std::vector<access::Scope> scopes;
    for (const auto& text : wanted) {
        for (auto& scope : access::Scope::parse(text)) scopes.push_back(std::move(scope));
    }
    const auto token = parts.tokens.issue(let_into_registered(identity, scopes, parts), scopes);
    json::Object answer{{"token", token},
                        {"access_token", token},
                        {"expires_in", access::TokenIssuer::lifetime.count()},
                        {"issued_at", rfc3339(parts.clock.wall_now())}};
    if (offline) answer["refresh_token"] = refresh_token(parts, identity);
    net::Response response{.body = json::write(answer)};
    response.headers.add("Content-Type", "application/json");
    response.headers.add("Cache-Control", "no-store");
    return response;
}

net::Response answer_get(net::Request& request, const DistributionParts& parts) {
    const net::Query query(request.query);
    const auto basic = basic_credential(request);
    const auto identity =
        basic ? log_in(request, basic->first, basic->second, parts.users, parts.limiter)
              : parts.users.anonymous();
    const bool offline = basic && query.find("offline_token") == "true";
    return token_response(request, identity, query.all("scope"), offline, parts);
}

access::Identity by_refresh_token(net::Request& request, const std::string& token,
                                  const DistributionParts& parts) {
    const auto user = parts.tokens.verify_refresh(token, parts.users.list());
    const auto identity = user ? parts.users.find(user->name) : std::nullopt;
    if (!identity) {
        throw Error(ErrorCode::unauthorized, "the refresh token is not valid, or no longer")
            .set_hint("log in again: berth login, docker login, helm registry login");
    }
    request.actor = identity->name;
    return *identity;
}

/// OAuth2 (RFC 6749 sections 4.3 and 6), as docker and containerd ask.
net::Response answer_post(net::Request& request, const DistributionParts& parts) {
    const net::Query form(read_all(*request.body, form_limit, "the form"));
    const auto grant = form.find("grant_type").value_or("");
    if (grant == "refresh_token") {
        const auto token = form.find("refresh_token").value_or("");
        return token_response(request, by_refresh_token(request, token, parts), form.all("scope"),
                              false, parts);
    }
    if (grant != "password") {
        throw Error(ErrorCode::unsupported,
                    fmt::format("the grant type {} is not supported", berth::quoted(grant)))
            .set_hint("use the grant type password, or GET with a Basic credential");
    }
    const auto identity =
        log_in(request, form.find("username").value_or(""),
               Secret(form.find("password").value_or("")), parts.users, parts.limiter);
    const bool offline = form.find("access_type") == "offline";
    return token_response(request, identity, form.all("scope"), offline, parts);
}

} // namespace

net::Response answer_token(net::Request& request, const DistributionParts& parts) {
    try {
        if (request.method == "GET") return answer_get(request, parts);
        if (request.method == "POST") return answer_post(request, parts);
        throw Error(ErrorCode::unsupported, "tokens are had by GET or POST");
    } catch (const Error& error) {
        request.failure = error.what();
        auto response = render_error(error, request);
        if (error.code() == ErrorCode::unauthorized)
            response.headers.add("WWW-Authenticate", "Basic realm=\"berth\", charset=\"UTF-8\"");
        return response;
    }
}

} // namespace berth::server
