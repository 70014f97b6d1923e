#include "server/site.hpp"

#include "base/json.hpp"
#include "net/query.hpp"
#include "net/router.hpp"

#include <memory>

namespace berth::server {
namespace {

net::Response json_response(int status, const json::Object& object) {
    net::Response response{.status = status, .body = json::write(object) + '\n'};
    response.headers.add("Content-Type", "application/json");
    response.headers.add("Cache-Control", "no-store");
    response.headers.add("X-Content-Type-Options", "nosniff");
    return response;
}

net::Response readiness(const net::Request& request,
                        const std::function<std::vector<HealthCheck>()>& checks) {
    json::Array all;
    std::string reasons;
    for (const auto& check : checks ? checks() : std::vector<HealthCheck>()) {
        json::Object row{{"name", check.name}, {"status", check.failure ? "failed" : "ok"}};
        if (check.failure) {
            row["reason"] = *check.failure;
            reasons += (reasons.empty() ? "" : "; ") + *check.failure;
        }
        all.push_back(std::move(row));
    }
    json::Object answer{{"status", reasons.empty() ? "ready" : "unready"}};
    if (!reasons.empty()) answer["reason"] = reasons;
    if (net::Query(request.query).find("verbose")) answer["checks"] = std::move(all);
    return json_response(reasons.empty() ? 200 : 503, answer);
}

/// A handler that says what kind of request it is given.
net::Handler labelled(std::string_view route, net::Handler handler) {
    return [route, handler = std::move(handler)](net::Request& request) {
        request.route = route;
        return handler(request);
    };
}

net::Handler says(std::string_view status) {
    return labelled("health", [status](net::Request&) {
        return json_response(200, {{"status", status}});
    });
}

} // namespace

net::Handler make_site(SiteOptions options) {
    net::Router router;
    router.add("GET", "/livez", says("ok"));
    router.add("GET", "/healthz", says("ok"));
    router.add("GET", "/startupz", says("started"));
    router.add("GET", "/readyz",
               labelled("health", [checks = std::move(options.checks)](net::Request& request) {
                   return readiness(request, checks);
               }));
    router.add("GET", "/version",
               labelled("version", [version = std::move(options.version)](net::Request&) {
                   return json_response(200, {{"name", "berth"}, {"version", version}});
               }));
    if (options.metrics) router.add("GET", "/metrics", std::move(options.metrics));
    return [router = std::move(router)](net::Request& request) { return router.handle(request); };
}

net::Response render_error(const Error& error, const net::Request&) {
    const ErrorTraits& row = traits(error.code());
    const bool internal = error.code() == ErrorCode::internal;
    json::Object item{{"code", row.wire_name},
                      {"message", internal ? std::string(row.sentence) : error.message()}};
    if (!error.hint().empty() && !internal) item["detail"] = json::Object{{"hint", error.hint()}};
    auto response = json_response(row.http_status, {{"errors", json::Array{std::move(item)}}});
    if (error.retry_after_seconds() > 0)
        response.headers.add("Retry-After", std::to_string(error.retry_after_seconds()));
    return response;
}

} // namespace berth::server
