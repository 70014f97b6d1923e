#include "net/address_share.hpp"

#include "net/http_server.hpp"
#include "net/loopback_client.hpp"

#include <doctest/doctest.h>

#include <array>
#include <thread>

using namespace berth;
using namespace berth::net;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t share = 2;

/// Waits up to two seconds for what another thread brings about.
bool eventually(const std::function<bool()>& holds) {
    for (int i = 0; i < 400 && !holds(); ++i) std::this_thread::sleep_for(5ms);
    return holds();
}

/// Answers when the body is whole.
Response taken(Request& request) {
    return {.body = read_all(*request.body, 1 << 16, "body") + " taken"};
}

HttpServerOptions options(std::chrono::milliseconds line) {
    HttpServerOptions options{.max_workers = share + 1, .max_requests_per_address = share};
    options.line = line;
    return options;
}

using Client = std::unique_ptr<LoopbackClient>;

/// As many as an address may have, each in the middle of its body.
std::vector<Client> slow_clients(HttpServer& server, const std::string& field = "") {
    std::vector<Client> clients;
    for (std::size_t i = 0; i < share; ++i) {
        clients.push_back(std::make_unique<LoopbackClient>(server.port()));
        clients.back()->write("PUT / HTTP/1.1\r\nHost: h\r\n" + field +
                              "Content-Length: 4\r\n\r\nab");
    }
    REQUIRE(eventually([&] { return server.running() == share; }));
    return clients;
}

std::string get(const std::string& field = "") {
    return "GET / HTTP/1.1\r\nHost: h\r\n" + field + "\r\n";
}

std::string for_client(std::string_view address) {
    return "X-Forwarded-For: " + std::string(address) + "\r\n";
}

} // namespace

TEST_CASE("what is beyond an address's share comes in the order of its line") {
    std::vector<int> called;
    AddressShare shares(1, [&](int fd) { called.push_back(fd); });
    AddressShare::Turn first(shares, 1);
    AddressShare::Turn second(shares, 2);
    AddressShare::Turn third(shares, 3);
    AddressShare::Turn other(shares, 4);
    CHECK(first.take("a"));
    CHECK_FALSE(second.take("a"));
    CHECK_FALSE(third.take("a"));
    CHECK(other.take("b"));
    CHECK(shares.waiting() == 2);
    CHECK_FALSE(second.take("a"));
    first.give_back();
    CHECK(called == std::vector{2});
    CHECK(second.called());
    CHECK_FALSE(first.take("a")); // behind the others now
    CHECK(second.take("a"));
    other.give_back();
    second.give_back();
    CHECK(called == std::vector{2, 3});
}

TEST_CASE("who leaves the line, or goes when called, keeps nobody") {
    std::vector<int> called;
    AddressShare shares(1, [&](int fd) { called.push_back(fd); });
    AddressShare::Turn last(shares, 5);
    {
        AddressShare::Turn first(shares, 1);
        AddressShare::Turn gone_when_called(shares, 2);
        AddressShare::Turn left(shares, 3);
        CHECK(first.take("a"));
        CHECK_FALSE(left.take("a"));
        CHECK_FALSE(gone_when_called.take("a"));
        CHECK_FALSE(last.take("a"));
        left.give_back();
        first.give_back();
        CHECK(called == std::vector{2});
    }
    CHECK(called == std::vector{2, 5});
    CHECK(last.take("a"));
    last.give_back();
    CHECK(shares.waiting() == 0);
}

TEST_CASE("slow bodies of one client keep no worker from another") {
    struct Case {
        std::string_view name;
        bool trusted;
        std::string slow;  ///< a field of the slow requests
        std::string quick; ///< of the quick one
        std::uint8_t from; ///< the quick one's address
        std::string_view status;
    };
    const std::array cases{
        Case{"one of its own", false, "", "", 1, "429"},
        Case{"another address", false, "", "", 2, "200"},
        Case{"another by its own word", false, "", for_client("192.0.2.2"), 1, "429"},
        Case{"another through a proxy", true, for_client("192.0.2.1"), for_client("192.0.2.2"), 1,
             "200"},
        Case{"its own through two proxies", true, for_client("192.0.2.1"), for_client("192.0.2.1"),
             2, "429"},
        Case{"its own network", true, for_client("2001:db8::1"), for_client("2001:db8::2"), 1,
             "429"},
        Case{"the proxy itself", true, for_client("192.0.2.1"), "", 1, "200"},
        Case{"a proxy that does not say", true, "", "", 1, "200"},
    };
    for (const Case& each : cases) {
        CAPTURE(each.name);
        auto with = options(50ms);
        if (each.trusted)
            with.trusted_proxies.push_back(AddressRange::parse("127.0.0.0/8").value());
        HttpServer server(with, taken);
        const auto slow = slow_clients(server, each.slow);
        LoopbackClient quick(server.port(), each.from);
        CHECK(quick.exchange(get(each.quick)).substr(9, 3) == each.status);
        for (const Client& client : slow) CHECK(client->exchange("cd").ends_with("abcd taken"));
    }
}

TEST_CASE("what waited in vain is told when to come again, and counted") {
    std::atomic<int> turned_away{0};
    auto with = options(50ms);
    with.on_turned_away = [&](const TurnedAway& client) {
        if (client.reason == "requests") ++turned_away;
    };
    HttpServer server(with, taken);
    const auto slow = slow_clients(server);
    LoopbackClient quick(server.port());
    const std::string answer = quick.exchange(get());
    CHECK(answer.find("\r\nRetry-After: 5\r\n") != std::string::npos);
    CHECK(answer.find("Connection: close") == std::string::npos);
    CHECK(turned_away == 1);
    CHECK(server.waiting() == 0);
    // The connection goes on; one that would send a body does not.
    CHECK(quick.exchange(get()).starts_with("HTTP/1.1 429 "));
    const std::string refused =
        quick.exchange("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\n");
    CHECK(refused.starts_with("HTTP/1.1 429 "));
    CHECK(refused.find("Connection: close") != std::string::npos);
}

TEST_CASE("what waits is served when one before it has ended, whoever has left meanwhile") {
    HttpServer server(options(1min), taken);
    const auto slow = slow_clients(server);
    auto leaves = std::make_unique<LoopbackClient>(server.port());
    leaves->write(get());
    CHECK(eventually([&] { return server.waiting() == 1; }));
    LoopbackClient stays(server.port());
    stays.write("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nxy" + get());
    CHECK(eventually([&] { return server.waiting() == 2; }));
    leaves.reset();
    CHECK(slow[0]->exchange("cd").ends_with("abcd taken"));
    CHECK(stays.read_response().ends_with("xy taken"));
    CHECK(stays.read_response().ends_with("\r\n\r\n taken"));
    CHECK(eventually([&] { return server.waiting() == 0; }));
}

TEST_CASE("many of one address are all served through a small share") {
    auto with = options(1min);
    with.max_requests_per_address = 1;
    HttpServer server(with, taken);
    std::vector<Client> clients;
    for (int i = 0; i < 100; ++i) {
        clients.push_back(std::make_unique<LoopbackClient>(server.port()));
        clients.back()->write(get());
    }
    for (const Client& client : clients) CHECK(client->read_response().ends_with(" taken"));
    CHECK(server.waiting() == 0);
}

TEST_CASE("stopping closes what stands in line") {
    HttpServer server(options(1min), taken);
    const auto slow = slow_clients(server);
    std::vector<Client> waiting;
    for (int i = 0; i < 5; ++i) {
        waiting.push_back(std::make_unique<LoopbackClient>(server.port()));
        waiting.back()->write(get());
    }
    CHECK(eventually([&] { return server.waiting() == 5; }));
    CHECK_FALSE(server.stop(10ms));
    for (const Client& client : waiting) CHECK(client->read_exactly(1).empty());
}
