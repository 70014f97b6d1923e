#include "net/request_id.hpp"

#include "net/http_server.hpp"
#include "net/loopback_client.hpp"

#include <doctest/doctest.h>

#include <mutex>
#include <set>

using namespace berth::net;

namespace {

bool is_ours(std::string_view id) {
    return id.size() == 16 && id.find_first_not_of("0123456789abcdef") == id.npos;
}

} // namespace

TEST_CASE("a safe id of the client is kept, anything else replaced") {
    CHECK(request_id("build-42") == "build-42");
    CHECK(request_id("0af7651916cd43dd8448eb211c80319c") == "0af7651916cd43dd8448eb211c80319c");
    CHECK(request_id(std::string(64, 'x')) == std::string(64, 'x'));
    for (const std::string& bad :
         {std::string(), std::string(65, 'x'), std::string("a b"), std::string("a\"b"),
          std::string("\x1b[31m"), std::string("caf\xc3\xa9"), std::string("a\nb")}) {
        CAPTURE(bad);
        CHECK(is_ours(request_id(bad)));
    }
    CHECK(is_ours(request_id(std::nullopt)));
}

TEST_CASE("ids do not repeat") {
    std::set<std::string> seen;
    for (int i = 0; i < 10'000; ++i) seen.insert(request_id(std::nullopt));
    CHECK(seen.size() == 10'000);
}

TEST_CASE("the response carries the request's id, and the exchange tells who asked for what") {
    std::mutex mutex;
    std::vector<std::string> told;
    HttpServerOptions options;
    options.on_exchange = [&](const Exchange& exchange) {
        const std::lock_guard lock(mutex);
        told.push_back(std::string(exchange.id) + "|" + std::string(exchange.route) + "|" +
                       std::string(exchange.actor) + "|" + std::to_string(exchange.received) + "|" +
                       std::to_string(exchange.status) + "|" + std::string(exchange.failure));
    };
    HttpServer server(std::move(options), [](Request& request) {
        request.route = "greeting";
        request.actor = "ada";
        if (request.method == "POST") throw berth::Error(berth::ErrorCode::internal, "the disk");
        return Response{.body = berth::read_all(*request.body, 100, "body")};
    });
    LoopbackClient client(server.port());
    CHECK(client
              .exchange("PUT / HTTP/1.1\r\nHost: h\r\nX-Request-Id: mine-1\r\n"
                        "Content-Length: 3\r\n\r\nabc")
              .find("X-Request-Id: mine-1\r\n") != std::string::npos);
    const std::string failed =
        client.exchange("POST / HTTP/1.1\r\nHost: h\r\nX-Request-Id: mine-2\r\n\r\n");
    CHECK(failed.find("X-Request-Id: mine-2\r\n") != std::string::npos);
    CHECK(failed.find("the disk") == std::string::npos);
    const std::string plain = client.exchange("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    CHECK(is_ours(plain.substr(plain.find("X-Request-Id: ") + 14, 16)));
    LoopbackClient(server.port()).exchange("nonsense\r\n\r\n");
    server.stop(std::chrono::seconds(5));
    const std::lock_guard lock(mutex);
    REQUIRE(told.size() == 4);
    CHECK(told[0] == "mine-1|greeting|ada|3|200|");
    CHECK(told[1] == "mine-2|greeting|ada|0|500|the disk");
    CHECK(told[3].starts_with("|malformed||0|400|"));
    CHECK(server.running() == 0);
}
