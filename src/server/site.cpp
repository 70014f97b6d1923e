#include "server/site.hpp"

#include "base/json.hpp"
#include "net/router.hpp"
#include "server/page.hpp"

#include <memory>

namespace berth::server {
namespace {

// The page needs its own style and icon, and nothing else may run or be loaded.
constexpr std::string_view content_policy =
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'";

net::Response json_response(int status, const json::Object& object) {
    net::Response response{.status = status, .body = json::write(object) + '\n'};
    response.headers.add("Content-Type", "application/json");
    response.headers.add("Cache-Control", "no-store");
    response.headers.add("X-Content-Type-Options", "nosniff");
    return response;
}

net::Response page_response(const std::string& page) {
    net::Response response{.body = page};
    response.headers.add("Content-Type", "text/html; charset=utf-8");
    response.headers.add("Cache-Control", "no-cache");
    response.headers.add("Content-Security-Policy", std::string(content_policy));
    response.headers.add("Referrer-Policy", "no-referrer");
    response.headers.add("X-Content-Type-Options", "nosniff");
    return response;
}

net::Response readiness(const std::function<std::optional<std::string>()>& unready) {
    const std::optional<std::string> reason = unready ? unready() : std::nullopt;
    if (!reason) return json_response(200, {{"status", "ready"}});
    return json_response(503, {{"status", "unready"}, {"reason", *reason}});
}

} // namespace

net::Handler make_site(SiteOptions options) {
    net::Router router;
    router.add("GET", "/",
               [page = start_page(options.version)](net::Request&) { return page_response(page); });
    router.add("GET", "/healthz", [](net::Request&) {
        return json_response(200, {{"status", "ok"}});
    });
    router.add("GET", "/readyz", [unready = std::move(options.unready)](net::Request&) {
        return readiness(unready);
    });
    router.add("GET", "/version", [version = std::move(options.version)](net::Request&) {
        return json_response(200, {{"name", "berth"}, {"version", version}});
    });
    return [router = std::move(router)](net::Request& request) { return router.handle(request); };
}

net::Response render_error(const Error& error, const net::Request&) {
    const ErrorTraits& row = traits(error.code());
    const bool internal = error.code() == ErrorCode::internal;
    json::Object item{{"code", row.wire_name},
                      {"message", internal ? std::string(row.sentence) : error.message()}};
    if (!error.hint().empty() && !internal) item["detail"] = json::Object{{"hint", error.hint()}};
    return json_response(row.http_status, {{"errors", json::Array{std::move(item)}}});
}

} // namespace berth::server
