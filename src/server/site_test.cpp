#include "server/site.hpp"

#include "base/json.hpp"
#include "net/http_server.hpp"

#include <doctest/doctest.h>

using namespace berth;
using namespace berth::server;

namespace {

net::Response get(const net::Handler& site, std::string path, std::string method = "GET") {
    net::Request request;
    request.method = std::move(method);
    request.path = std::move(path);
    return site(request);
}

std::string text(const net::Response& response) {
    return std::get<std::string>(response.body);
}

json::Value parsed(const net::Response& response) {
    return json::parse(text(response)).value();
}

std::string field(const net::Response& response, std::string_view key) {
    const json::Value document = parsed(response);
    return json::Reader(document, "").required_text(key);
}

} // namespace

TEST_CASE("health and version answer in JSON that is not cached") {
    const net::Handler site = make_site({.version = "1.2.3"});
    const net::Response health = get(site, "/healthz");
    CHECK(health.status == 200);
    CHECK(health.headers.find("Cache-Control") == "no-store");
    CHECK(field(health, "status") == "ok");
    CHECK(field(get(site, "/version"), "version") == "1.2.3");
    CHECK(get(site, "/livez").status == 200);
    CHECK(get(site, "/startupz").status == 200);
    CHECK(get(site, "/healthz", "HEAD").status == 200);
    CHECK(get(site, "/healthz", "POST").status == 405);
}

TEST_CASE("readiness follows what the server says about itself") {
    std::vector<HealthCheck> checks{{"index"}, {"disk_space"}};
    const net::Handler site = make_site({.version = "1", .checks = [&] { return checks; }});
    CHECK(get(site, "/readyz").status == 200);
    CHECK(text(get(site, "/readyz")).find("checks") == std::string::npos);
    checks[1].failure = "the store is \"full\"";
    const net::Response unready = get(site, "/readyz");
    CHECK(unready.status == 503);
    CHECK(field(unready, "reason") == *checks[1].failure);
    checks[0].failure = "no index";
    CHECK(field(get(site, "/readyz"), "reason") == "no index; the store is \"full\"");
    CHECK(get(make_site({.version = "1"}), "/readyz").status == 200);
}

TEST_CASE("readiness lists its checks when asked to, and requests get a route for the metrics") {
    const net::Handler site =
        make_site({.version = "1",
                   .checks =
                       [] {
                           return std::vector<HealthCheck>{{"index"}, {"disk_space", "full"}};
                       },
                   .metrics = [](net::Request&) { return net::Response{.body = "numbers"}; }});
    net::Request request;
    request.method = "GET";
    request.path = "/readyz";
    request.query = "verbose";
    const net::Response response = site(request);
    CHECK(text(response).find("{\"name\":\"index\",\"status\":\"ok\"}") != std::string::npos);
    CHECK(text(response).find("{\"name\":\"disk_space\",\"status\":\"failed\","
                              "\"reason\":\"full\"}") != std::string::npos);
    CHECK(request.route == "health");
    CHECK(text(get(site, "/metrics")) == "numbers");
    CHECK_THROWS_AS(get(make_site({.version = "1"}), "/metrics"), Error);
}

TEST_CASE("an unknown path is not_found and errors are rendered as the specification has them") {
    const net::Handler site = make_site({.version = "1"});
    CHECK_THROWS_AS(get(site, "/nothing"), Error);
    const net::Request request;
    const net::Response missing =
        render_error(Error(ErrorCode::not_found, "no \"x\"").set_hint("try y"), request);
    CHECK(missing.status == 404);
    const json::Value document = parsed(missing);
    const json::Value& first = document.at("errors").at(0);
    CHECK(json::write(first).find("no \\\"x\\\"") != std::string::npos);
    CHECK(json::write(first).find("try y") != std::string::npos);
    const net::Response bug = render_error(Error(ErrorCode::internal, "secret"), request);
    CHECK(bug.status == 500);
    CHECK(text(bug).find("secret") == std::string::npos);
}

TEST_CASE("the site is served over a socket") {
    net::HttpServer server({.render_error = render_error}, make_site({.version = "7"}));
    const auto transport = net::make_curl_transport({});
    const auto status_of = [&](std::string_view path) {
        const std::string url = "http://127.0.0.1:" + std::to_string(server.port());
        return transport->send({.url = net::Url::parse(url).value().resolve(path).value()}, {})
            .status;
    };
    CHECK(status_of("/version") == 200);
    CHECK(status_of("/readyz") == 200);
    CHECK(status_of("/missing") == 404);
}
