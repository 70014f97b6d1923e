#include "console/console.hpp"

#include "base/error.hpp"

#include <doctest/doctest.h>

#include <array>
#include <string>
#include <variant>

using namespace berth;
using console::Asset;

namespace {

constexpr std::array<Asset, 3> three{
    Asset{"/assets/a-1.js", "text/javascript; charset=utf-8", "aa", "plain script", "zipped"},
    Asset{"/favicon.svg", "image/svg+xml", "bb", "<svg/>", ""},
    Asset{"/index.html", "text/html; charset=utf-8", "cc", "<html>", "zipped page"}};

net::Response ask(const net::Handler& handler, std::string path, std::string method = "GET",
                  std::vector<std::pair<std::string, std::string>> fields = {}) {
    net::Request request;
    request.method = std::move(method);
    request.path = std::move(path);
    for (auto& [name, value] : fields) request.headers.add(name, value);
    return handler(request);
}

net::Handler three_files() {
    return console::make_console(three, [](net::Request& request) {
        return net::Response{.status = 418, .body = "others: " + request.path};
    });
}

std::string text(const net::Response& response) {
    return std::get<std::string>(response.body);
}
std::string field(const net::Response& response, std::string_view name) {
    return std::string(response.headers.find(name).value_or(""));
}

} // namespace

TEST_CASE("the console's own addresses give the page, which is never kept") {
    const auto handler = three_files();
    for (const char* path : {"/", "/login", "/registries", "/registries/0a/tag", "/registries/new",
                             "/jobs", "/settings/audit", "/docs/api"}) {
        CAPTURE(path);
        const auto response = ask(handler, path);
        CHECK(response.status == 200);
        CHECK(text(response) == "<html>");
        CHECK(field(response, "Cache-Control") == "no-store");
    }
}

TEST_CASE("the page comes with a policy that lets no foreign or inline code in") {
    const auto policy = field(ask(three_files(), "/"), "Content-Security-Policy");
    CHECK(policy.find("default-src 'none'") != std::string::npos);
    CHECK(policy.find("script-src 'self';") != std::string::npos);
    CHECK(policy.find("unsafe") == std::string::npos);
}

TEST_CASE("what is not the console's goes to the others") {
    const auto handler = three_files();
    for (const char* path :
         {"/v1/users/me", "/v2/", "/token", "/livez", "/metrics", "/assets/b.js", "/registriesx",
          "/loginx", "/docs/apix", "/index.html/x", "/robots.txt"}) {
        CAPTURE(path);
        CHECK(ask(handler, path).status == 418);
    }
    CHECK(ask(handler, "/v2/x/blobs/uploads/", "POST").status == 418);
}

TEST_CASE("files with a hash in their names may be kept for ever, others for an hour") {
    CHECK(field(ask(three_files(), "/assets/a-1.js"), "Cache-Control") ==
          "public, max-age=31536000, immutable");
    CHECK(field(ask(three_files(), "/favicon.svg"), "Cache-Control") == "public, max-age=3600");
}

TEST_CASE("gzip is sent to whom accepts it, and to nobody else") {
    const auto handler = three_files();
    for (const char* accepted : {"gzip", "br, gzip;q=0.5", "deflate,gzip"}) {
        const auto response =
            ask(handler, "/assets/a-1.js", "GET", {{"Accept-Encoding", accepted}});
        CHECK(text(response) == "zipped");
        CHECK(field(response, "Content-Encoding") == "gzip");
        CHECK(field(response, "Vary") == "Accept-Encoding");
    }
    for (const char* refused : {"", "br", "gzip;q=0", "gzip; q=0.000", "xgzip"}) {
        const auto response = ask(handler, "/assets/a-1.js", "GET", {{"Accept-Encoding", refused}});
        CHECK(text(response) == "plain script");
        CHECK(field(response, "Content-Encoding").empty());
    }
    CHECK(text(ask(handler, "/favicon.svg", "GET", {{"Accept-Encoding", "gzip"}})) == "<svg/>");
}

TEST_CASE("who has a file is not sent it again, and the two forms are told apart") {
    const auto handler = three_files();
    const auto plain = field(ask(handler, "/assets/a-1.js"), "ETag");
    const auto again =
        ask(handler, "/assets/a-1.js", "GET", {{"If-None-Match", "\"x\", " + plain}});
    CHECK(again.status == 304);
    CHECK(text(again).empty());
    CHECK(ask(handler, "/assets/a-1.js", "GET",
              {{"If-None-Match", plain}, {"Accept-Encoding", "gzip"}})
              .status == 200);
    CHECK(ask(handler, "/assets/a-1.js", "GET", {{"If-None-Match", "W/" + plain}}).status == 304);
}

TEST_CASE("HEAD says how long the file is and sends none of it") {
    const auto response = ask(three_files(), "/assets/a-1.js", "HEAD");
    CHECK(response.status == 200);
    CHECK(text(response).empty());
    CHECK(field(response, "Content-Length") == "12");
}

TEST_CASE("files are read only") {
    const auto response = ask(three_files(), "/login", "POST");
    CHECK(response.status == 405);
    CHECK(field(response, "Allow") == "GET, HEAD");
}

TEST_CASE("what was built is a whole console: sorted, and its page names files that are there") {
    const auto assets = console::built_assets();
    REQUIRE(!assets.empty());
    for (std::size_t i = 1; i < assets.size(); ++i) CHECK(assets[i - 1].path < assets[i].path);
    const auto handler = console::make_console([](net::Request&) -> net::Response {
        throw Error(ErrorCode::not_found, "not the console's");
    });
    const std::string page = text(ask(handler, "/"));
    std::size_t named = 0;
    for (std::size_t at = page.find("\"/assets/"); at != std::string::npos;
         at = page.find("\"/assets/", at + 1)) {
        const std::string path = page.substr(at + 1, page.find('"', at + 1) - at - 1);
        CAPTURE(path);
        CHECK(ask(handler, path).status == 200);
        ++named;
    }
    CHECK(named >= 2);
}

TEST_CASE("without a page there is no console") {
    CHECK_THROWS_AS(console::make_console(std::span(three).first(1), {}), Error);
}
