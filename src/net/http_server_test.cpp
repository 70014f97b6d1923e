#include "net/http_server.hpp"

#include "base/file.hpp"
#include "net/loopback_client.hpp"
#include "net/router.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>

#include <mutex>

using namespace berth;
using namespace berth::net;
using namespace std::chrono_literals;

namespace {

constexpr std::string_view get_root = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";

Response echo(Request& request) {
    Response response;
    response.body = request.method + ' ' + request.path + '?' + request.query + ' ' +
                    read_all(*request.body, 1 << 26, "body");
    return response;
}

Response hello(Request&) {
    return {.body = "hello"};
}

bool closes(LoopbackClient& client) {
    return client.read_exactly(1).empty();
}

/// Waits up to five seconds for what another thread brings about.
bool soon(const std::function<bool()>& holds) {
    for (int i = 0; i < 1000 && !holds(); ++i) std::this_thread::sleep_for(5ms);
    return holds();
}

} // namespace

TEST_CASE("a request is answered with length, date and body, and the connection stays") {
    HttpServer server({}, hello);
    LoopbackClient client(server.port());
    for (int i = 0; i < 3; ++i) {
        const std::string answer = client.exchange(get_root);
        CHECK(answer.starts_with("HTTP/1.1 200 OK\r\n"));
        CHECK(answer.find("\r\nDate: ") != std::string::npos);
        CHECK(answer.find(" GMT\r\n") != std::string::npos);
        CHECK(answer.find("Connection:") == std::string::npos);
        CHECK(answer.ends_with("\r\n\r\nhello"));
    }
    CHECK(server.connections() == 1);
}

TEST_CASE("pipelined requests are answered in order, also when they arrive in pieces") {
    HttpServer server({}, echo);
    LoopbackClient client(server.port());
    std::string requests;
    for (int i = 0; i < 50; ++i)
        requests +=
            "PUT /" + std::to_string(i) + " HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nab";
    for (std::size_t at = 0; at < requests.size(); at += 777)
        client.write(requests.substr(at, 777));
    for (int i = 0; i < 50; ++i)
        CHECK(client.read_response().ends_with("PUT /" + std::to_string(i) + "? ab"));
}

TEST_CASE("a chunked request body is decoded") {
    HttpServer server({}, echo);
    LoopbackClient client(server.port());
    const std::string answer = client.exchange(
        "POST /x?y=1 HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
        "3;a=b\r\nabc\r\n1\r\nd\r\n0\r\nTrailer: x\r\n\r\n");
    CHECK(answer.ends_with("POST /x?y=1 abcd"));
    CHECK(client.exchange(get_root).ends_with("GET /? "));
}

TEST_CASE("malformed chunks and bodies over the limit are refused") {
    HttpServer server({.max_body = 10}, echo);
    const auto status = [&](std::string_view rest) {
        LoopbackClient client(server.port());
        return client.exchange("PUT / HTTP/1.1\r\nHost: h\r\n" + std::string(rest)).substr(9, 3);
    };
    CHECK(status("Transfer-Encoding: chunked\r\n\r\nzz\r\n") == "400");
    CHECK(status("Transfer-Encoding: chunked\r\n\r\n2\r\nabcd\r\n") == "400");
    CHECK(status("Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n") == "400");
    CHECK(status("Transfer-Encoding: chunked\r\n\r\n" + std::string(400, '1')) == "400");
    CHECK(status("Transfer-Encoding: chunked\r\n\r\nb\r\n") == "413");
    CHECK(status("Content-Length: 11\r\n\r\n") == "413");
    CHECK(status("Content-Length: 10\r\n\r\n0123456789") == "200");
}

TEST_CASE(
    "a client that expects it is told to continue, unless the handler does not want the body") {
    HttpServer server({}, [](Request& request) {
        return request.path == "/no" ? Response{.status = 401} : echo(request);
    });
    const std::string fields =
        " HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n";
    LoopbackClient client(server.port());
    client.write("PUT /yes" + fields);
    CHECK(client.read_head() == "HTTP/1.1 100 Continue\r\n\r\n");
    CHECK(client.exchange("abc").ends_with("PUT /yes? abc"));
    const std::string refused = client.exchange("PUT /no" + fields);
    CHECK(refused.starts_with("HTTP/1.1 401 "));
    CHECK(refused.find("Connection: close") != std::string::npos);
    CHECK(closes(client));
}

TEST_CASE("an unread body does not disturb the next request") {
    HttpServer server({}, hello);
    LoopbackClient client(server.port());
    CHECK(client.exchange("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nGET ")
              .ends_with("hello"));
    CHECK(client.exchange(get_root).ends_with("hello"));
    // Too much to skip: answered all the same, then closed.
    LoopbackClient large(server.port());
    large.write("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 1000000\r\n\r\n");
    large.write(std::string(300'000, 'x'));
    const std::string answer = large.read_response();
    CHECK(answer.ends_with("hello"));
    CHECK(answer.find("Connection: close") != std::string::npos);
}

TEST_CASE("a client that never sends its body is answered without it") {
    HttpServer server({}, hello);
    LoopbackClient client(server.port());
    CHECK(client.exchange("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\n")
              .ends_with("hello"));
}

TEST_CASE("HEAD is answered with the length and without the body") {
    HttpServer server({}, [](Request& request) {
        Response response{.body = "hello"};
        if (request.path == "/stated") {
            response.body = "";
            response.headers.add("Content-Length", "123456789");
        }
        return response;
    });
    LoopbackClient client(server.port());
    client.write("HEAD / HTTP/1.1\r\nHost: h\r\n\r\n");
    CHECK(client.read_head().find("Content-Length: 5\r\n") != std::string::npos);
    client.write("HEAD /stated HTTP/1.1\r\nHost: h\r\n\r\n");
    CHECK(client.read_head().find("Content-Length: 123456789\r\n") != std::string::npos);
    CHECK(client.exchange(get_root).ends_with("\r\n\r\nhello"));
}

TEST_CASE("a streamed body has its stated length or is sent in chunks") {
    HttpServer server({}, [](Request& request) {
        StreamedBody body{std::make_unique<MemorySource>(std::string(100'000, 's'))};
        if (request.path == "/stated") body.size = 100'000;
        if (request.path == "/short") body.size = 100'001;
        return Response{.body = std::move(body)};
    });
    LoopbackClient client(server.port());
    CHECK(client.exchange("GET /stated HTTP/1.1\r\nHost: h\r\n\r\n").ends_with("sss"));
    client.write("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
    CHECK(client.read_head().find("Transfer-Encoding: chunked\r\n") != std::string::npos);
    const std::string chunks = client.read_to_end();
    CHECK(chunks.starts_with("10000\r\nsss"));
    CHECK(chunks.ends_with("sss\r\n0\r\n\r\n"));
    LoopbackClient old(server.port());
    old.write("GET / HTTP/1.0\r\n\r\n");
    CHECK(old.read_to_end().ends_with("sss"));
    LoopbackClient cut(server.port());
    cut.write("GET /short HTTP/1.1\r\nHost: h\r\n\r\n");
    cut.read_head();
    CHECK(cut.read_to_end().size() == 100'000);
}

TEST_CASE("a range of a file is sent") {
    const std::string path = "/tmp/berth-net-" + random_hex_16();
    std::string content(3'000'000, 'x');
    for (std::size_t i = 0; i < content.size(); ++i) content[i] = static_cast<char>('a' + i % 23);
    replace_file(path, content, 0600);
    HttpServer server({}, [&](Request&) {
        return Response{.body = FileRange{open_file(path, O_RDONLY), 1000, 2'500'000}};
    });
    LoopbackClient client(server.port());
    client.write(get_root);
    client.read_head();
    CHECK(client.read_exactly(2'500'000) == content.substr(1000, 2'500'000));
    CHECK(::unlink(path.c_str()) == 0);
}

TEST_CASE("what a handler throws becomes a response, and details of a bug stay inside") {
    HttpServer server({}, [](Request& request) -> Response {
        if (request.path == "/bug") throw std::runtime_error("secret detail");
        if (request.path == "/split") {
            Response response;
            response.headers.add("X", "a\r\nEvil: b");
            return response;
        }
        throw Error(ErrorCode::not_found, "no such thing");
    });
    LoopbackClient client(server.port());
    const std::string missing = client.exchange(get_root);
    CHECK(missing.starts_with("HTTP/1.1 404 Not Found\r\n"));
    CHECK(missing.ends_with("no such thing\n"));
    for (const char* path : {"/bug", "/split"}) {
        const std::string answer =
            client.exchange("GET " + std::string(path) + " HTTP/1.1\r\nHost: h\r\n\r\n");
        CHECK(answer.starts_with("HTTP/1.1 500 "));
        CHECK(answer.ends_with("internal error\n"));
    }
}

TEST_CASE("malformed requests are answered and the connection is closed") {
    HttpServer server({}, hello);
    for (const auto& [request, status] : std::initializer_list<std::pair<std::string, std::string>>{
             {"nonsense\r\n\r\n", "400"},
             {"\x16\x03\x01 a TLS handshake, without an end", "400"},
             {"GET / HTTP/1.1\r\n\r\n", "400"},
             {"GET / HTTP/2.0\r\nHost: h\r\n\r\n", "505"},
             {"GET / HTTP/1.1\r\nHost: h\r\nA: " + std::string(70'000, 'x') + "\r\n\r\n", "431"},
             {std::string(70'000, 'x'), "431"}}) {
        LoopbackClient client(server.port());
        const std::string answer = client.exchange(request);
        CHECK(answer.substr(9, 3) == status);
        CHECK(answer.find("Connection: close") != std::string::npos);
        CHECK(closes(client));
    }
}

TEST_CASE("a head that trickles in is cut off with 408 and occupies no worker") {
    HttpServer server({.max_workers = 1, .head = 300ms}, hello);
    std::vector<std::unique_ptr<LoopbackClient>> slow;
    for (int i = 0; i < 20; ++i) {
        slow.push_back(std::make_unique<LoopbackClient>(server.port()));
        slow.back()->write("GET / HT");
    }
    LoopbackClient quick(server.port());
    CHECK(quick.exchange(get_root).ends_with("hello"));
    for (const auto& client : slow) {
        CHECK(client->read_response().starts_with("HTTP/1.1 408 "));
        CHECK(closes(*client));
    }
}

TEST_CASE("idle connections are closed silently") {
    HttpServer server({.idle = 50ms}, hello);
    LoopbackClient client(server.port());
    CHECK(client.exchange(get_root).ends_with("hello"));
    CHECK(closes(client));
    CHECK(soon([&] { return server.connections() == 0; }));
}

TEST_CASE("a body that stalls and a reader that stalls are given up") {
    std::mutex mutex;
    std::vector<bool> complete;
    HttpServer server({.stall = 100ms,
                       .on_exchange =
                           [&](const Exchange& exchange) {
                               const std::lock_guard lock(mutex);
                               complete.push_back(exchange.complete);
                           }},
                      [](Request& request) {
                          if (request.method == "PUT") return echo(request);
                          return Response{.body = std::string(50'000'000, 'x')};
                      });
    LoopbackClient writer(server.port());
    CHECK(writer.exchange("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nab")
              .starts_with("HTTP/1.1 408 "));
    LoopbackClient reader(server.port());
    reader.write(get_root);
    CHECK(soon([&] {
        const std::lock_guard lock(mutex);
        return complete == std::vector<bool>{true, false};
    }));
}

TEST_CASE("a body that trickles on for long is given up, however steadily it comes") {
    HttpServer server({.stall = 300ms, .slow_kib = 1ms}, echo);
    LoopbackClient client(server.port());
    client.write("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 1000000\r\n\r\n");
    for (int i = 0; i < 10; ++i) {
        std::this_thread::sleep_for(60ms);
        client.write(std::string(1024, 'x'));
    }
    CHECK(client.read_response().starts_with("HTTP/1.1 408 "));
}

TEST_CASE("what a handler left of a body is waited for shortly, all in all") {
    HttpServer server({}, hello);
    LoopbackClient client(server.port());
    client.write("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 10240\r\n\r\n");
    for (int i = 0; i < 10; ++i) {
        client.write(std::string(1024, 'x'));
        std::this_thread::sleep_for(60ms);
    }
    CHECK(client.read_head().find("Connection: close") != std::string::npos);
}

TEST_CASE("clients that are refused and stay keep no worker from others") {
    HttpServer server({.max_workers = 1, .linger = 1min}, hello);
    std::vector<std::unique_ptr<LoopbackClient>> refused;
    for (int i = 0; i < 20; ++i) {
        refused.push_back(std::make_unique<LoopbackClient>(server.port()));
        CHECK(refused.back()->exchange("nonsense\r\n\r\n").starts_with("HTTP/1.1 400 "));
        refused.back()->write("and more");
    }
    LoopbackClient quick(server.port());
    CHECK(quick.exchange(get_root).ends_with("hello"));
    CHECK(server.connections() == 21);
    refused.clear();
    CHECK(soon([&] { return server.connections() == 1; }));
}

TEST_CASE("a client that is refused and goes on sending is let go when its time is up") {
    HttpServer server({.linger = 50ms}, hello);
    LoopbackClient client(server.port());
    CHECK(client.exchange("nonsense\r\n\r\n").starts_with("HTTP/1.1 400 "));
    CHECK(soon([&] { return server.connections() == 0; }));
}

namespace {

/// The reasons for which connections were turned away.
class Reasons {
public:
    void operator()(const TurnedAway& client) {
        const std::lock_guard lock(mutex_);
        text_ += std::string(client.reason) + ' ';
    }
    std::string text() {
        const std::lock_guard lock(mutex_);
        return text_;
    }

private:
    std::mutex mutex_;
    std::string text_;
};

} // namespace

TEST_CASE("one address has so many connections, unless it is a proxy that is trusted") {
    Reasons reasons;
    HttpServerOptions options{.max_per_address = 2};
    options.on_turned_away = [&](const TurnedAway& client) { reasons(client); };
    {
        HttpServer server(options, hello);
        auto first = std::make_unique<LoopbackClient>(server.port());
        LoopbackClient second(server.port());
        CHECK(first->exchange(get_root).ends_with("hello"));
        CHECK(second.exchange(get_root).ends_with("hello"));
        LoopbackClient third(server.port());
        CHECK(closes(third));
        CHECK(reasons.text() == "address ");
        first.reset();
        CHECK(soon([&] { return server.connections() == 1; }));
        LoopbackClient fourth(server.port());
        CHECK(fourth.exchange(get_root).ends_with("hello"));
    }
    options.trusted_proxies.push_back(AddressRange::parse("127.0.0.0/8").value());
    HttpServer server(options, hello);
    std::vector<std::unique_ptr<LoopbackClient>> clients;
    for (int i = 0; i < 5; ++i) {
        clients.push_back(std::make_unique<LoopbackClient>(server.port()));
        CHECK(clients.back()->exchange(get_root).ends_with("hello"));
    }
}

TEST_CASE("connections that are turned away are told with their reason") {
    Reasons reasons;
    HttpServer server({.max_connections = 1,
                       .head = 50ms,
                       .on_turned_away = [&](const TurnedAway& client) { reasons(client); }},
                      hello);
    {
        LoopbackClient one(server.port());
        CHECK(one.exchange(get_root).ends_with("hello"));
        LoopbackClient other(server.port());
        CHECK(closes(other));
        CHECK(one.exchange("nonsense\r\n\r\n").starts_with("HTTP/1.1 400 "));
    }
    CHECK(soon([&] { return server.connections() == 0; }));
    LoopbackClient slow(server.port());
    slow.write("GET / HT");
    CHECK(slow.read_response().starts_with("HTTP/1.1 408 "));
    CHECK(reasons.text() == "connections malformed head_timeout ");
}

TEST_CASE("many connections at once are all served, by a bounded crew") {
    HttpServer server({.max_workers = 8}, hello);
    std::vector<std::unique_ptr<LoopbackClient>> clients;
    for (int i = 0; i < 400; ++i) {
        clients.push_back(std::make_unique<LoopbackClient>(server.port()));
        clients.back()->write(get_root);
    }
    for (const auto& client : clients) CHECK(client->read_response().ends_with("hello"));
    CHECK(server.connections() == 400);
    clients.clear();
    CHECK(soon([&] { return server.connections() == 0; }));
}

TEST_CASE("connections beyond the bound are turned away") {
    HttpServer server({.max_connections = 2}, hello);
    LoopbackClient first(server.port());
    LoopbackClient second(server.port());
    CHECK(first.exchange(get_root).ends_with("hello"));
    CHECK(second.exchange(get_root).ends_with("hello"));
    LoopbackClient third(server.port());
    CHECK(closes(third));
}

TEST_CASE("stopping lets a running request finish and closes idle connections") {
    std::atomic<bool> running{false};
    HttpServer server({}, [&](Request& request) {
        if (request.path == "/slow") {
            running = true;
            std::this_thread::sleep_for(100ms);
        }
        return Response{.body = "done"};
    });
    LoopbackClient idle(server.port());
    idle.exchange(get_root);
    LoopbackClient busy(server.port());
    busy.write("GET /slow HTTP/1.1\r\nHost: h\r\n\r\n");
    CHECK(soon([&] { return running.load(); }));
    CHECK(server.stop(2s));
    CHECK(closes(idle));
    const std::string answer = busy.read_response();
    CHECK(answer.ends_with("done"));
    CHECK(answer.find("Connection: close") != std::string::npos);
    CHECK_THROWS(LoopbackClient(server.port()));
}

TEST_CASE("after the grace time handlers are asked to stop and connections are broken") {
    std::atomic<int> running{0};
    HttpServer server({}, [&](Request& request) -> Response {
        ++running;
        if (request.method == "PUT") return echo(request);
        while (!request.stop.stop_requested()) std::this_thread::sleep_for(1ms);
        throw Error(ErrorCode::cancelled, "stopped");
    });
    LoopbackClient waiting(server.port());
    waiting.write(get_root);
    LoopbackClient sending(server.port());
    sending.write("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\n");
    CHECK(soon([&] { return running == 2; }));
    CHECK_FALSE(server.drain(1ms));
    CHECK(server.running() == 2);
    const auto start = std::chrono::steady_clock::now();
    CHECK_FALSE(server.stop(50ms));
    CHECK(std::chrono::steady_clock::now() - start < 1s);
}

TEST_CASE("a port that is taken is a conflict, a foreign address a usage error") {
    const HttpServer server({}, hello);
    const auto code = [](HttpServerOptions options) {
        try {
            const HttpServer other(std::move(options), hello);
        } catch (const Error& error) {
            return error.code();
        }
        return ErrorCode::internal;
    };
    CHECK(code({.port = server.port()}) == ErrorCode::conflict);
    CHECK(code({.host = "192.0.2.1"}) == ErrorCode::usage);
}

TEST_CASE("routes are found by method and the longest path") {
    Router router;
    router.add("GET", "/a", [](Request&) { return Response{.body = "exact"}; });
    router.add("GET", "/*", [](Request&) { return Response{.body = "all"}; });
    router.add("PUT", "/b/*", [](Request&) { return Response{.body = "b"}; });
    const auto body = [&](std::string method, std::string path) {
        Request request;
        request.method = std::move(method);
        request.path = std::move(path);
        const Response response = router.handle(request);
        return std::to_string(response.status) + std::get<std::string>(response.body);
    };
    CHECK(body("GET", "/a") == "200exact");
    CHECK(body("HEAD", "/a") == "200exact");
    CHECK(body("GET", "/a/") == "200all");
    CHECK(body("PUT", "/b/x") == "200b");
    CHECK(body("POST", "/b/x").starts_with("405"));
    CHECK_THROWS_AS(body("GET", "x"), Error);
}
