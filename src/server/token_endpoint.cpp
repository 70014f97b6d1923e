#include "base/json.hpp"
#include "base/text.hpp"
#include "server/caller.hpp"
#include "server/distribution.hpp"
#include "server/query.hpp"
#include "server/site.hpp"

#include <fmt/format.h>
#include <boost/json/object.hpp>

#include <ctime>

namespace berth::server {

namespace {

constexpr std::uint64_t form_limit = 64 * 1024;

std::string rfc3339(std::chrono::system_clock::time_point time) {
    const auto seconds = std::chrono::system_clock::to_time_t(time);
    std::tm parts{};
    ::gmtime_r(&seconds, &parts);
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", parts.tm_year + 1900,
                       parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec);
}

access::Identity authenticated(access::Users& users, std::string_view name,
                               const Secret& password) {
    auto identity = users.authenticate(name, password);
    if (!identity) {
        throw Error(ErrorCode::unauthorized, "wrong user name or password")
            .set_hint("log in again: berth login, docker login, helm registry login");
    }
    return *identity;
}

net::Response token_response(const access::Identity& identity,
                             const std::vector<std::string>& wanted,
                             const DistributionParts& parts) {
    std::vector<access::Scope> scopes;
    for (const auto& text : wanted) {
        for (auto& scope : access::Scope::parse(text)) scopes.push_back(std::move(scope));
    }
    const auto token = parts.tokens.issue(identity, scopes);
    const json::Object answer{{"token", token},
                              {"access_token", token},
                              {"expires_in", access::TokenIssuer::lifetime.count()},
                              {"issued_at", rfc3339(parts.clock.wall_now())}};
    net::Response response{.body = json::write(answer)};
    response.headers.add("Content-Type", "application/json");
    response.headers.add("Cache-Control", "no-store");
    return response;
}

net::Response answer_get(const net::Request& request, const DistributionParts& parts) {
    const Query query(request.query);
    const auto basic = basic_credential(request);
    const auto identity =
        basic ? authenticated(parts.users, basic->first, basic->second) : parts.users.anonymous();
    return token_response(identity, query.all("scope"), parts);
}

/// OAuth2 (RFC 6749 section 4.3), as containerd asks.
net::Response answer_post(const net::Request& request, const DistributionParts& parts) {
    const Query form(read_all(*request.body, form_limit, "the form"));
    const auto grant = form.find("grant_type").value_or("");
    if (grant != "password") {
        throw Error(ErrorCode::unsupported,
                    fmt::format("the grant type {} is not supported", berth::quoted(grant)))
            .set_hint("use the grant type password, or GET with a Basic credential");
    }
    const auto identity = authenticated(parts.users, form.find("username").value_or(""),
                                        Secret(form.find("password").value_or("")));
    return token_response(identity, form.all("scope"), parts);
}

} // namespace

net::Response answer_token(const net::Request& request, const DistributionParts& parts) {
    try {
        if (request.method == "GET") return answer_get(request, parts);
        if (request.method == "POST") return answer_post(request, parts);
        throw Error(ErrorCode::unsupported, "tokens are had by GET or POST");
    } catch (const Error& error) {
        auto response = render_error(error, request);
        if (error.code() == ErrorCode::unauthorized)
            response.headers.add("WWW-Authenticate", "Basic realm=\"berth\", charset=\"UTF-8\"");
        return response;
    }
}

} // namespace berth::server
