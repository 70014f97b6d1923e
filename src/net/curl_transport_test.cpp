#include "net/address_guard.hpp"
#include "net/http.hpp"
#include "net/loopback_peer.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <mutex>

using namespace berth;
using namespace berth::net;
using namespace std::chrono_literals;

namespace {

HttpRequest get(const LoopbackPeer& peer, std::string_view path = "/") {
    return {.url = Url::parse(peer.url(path)).value()};
}

std::string body_of(HttpResponse& response) {
    return read_all(*response.body, 1 << 30, "body");
}

Error failure_of(const std::function<void()>& use) {
    try {
        use();
    } catch (const Error& error) {
        return error;
    }
    FAIL("no error was thrown");
    return {};
}

/// Answers every request with `answer`, on as many requests as a connection sends.
LoopbackPeer::Serve always(std::string answer) {
    return [answer](PeerConnection& connection) {
        while (!connection.read_head().empty() && connection.write(answer)) {
        }
    };
}

CurlOptions impatient() {
    return {.timeouts = {.connect = 2s, .first_byte = 150ms, .stall = 150ms}};
}

} // namespace

TEST_CASE("a response with a stated length is read to its end") {
    const LoopbackPeer peer(always("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-A: b\r\n\r\nhello"));
    const auto transport = make_curl_transport({});
    HttpResponse response = transport->send(get(peer), {});
    CHECK(response.status == 200);
    CHECK(response.content_length() == 5);
    CHECK(response.headers.find("x-a") == "b");
    CHECK(body_of(response) == "hello");
    std::byte more[1];
    CHECK(response.body->read(more) == 0);
}

TEST_CASE("a chunked response is decoded and its trailers are ignored") {
    const LoopbackPeer peer(
        always("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
               "3\r\nabc\r\n4;x=y\r\ndefg\r\n0\r\nX-Late: 1\r\n\r\n"));
    const auto transport = make_curl_transport({});
    HttpResponse response = transport->send(get(peer), {});
    CHECK(body_of(response) == "abcdefg");
    CHECK_FALSE(response.headers.find("X-Late").has_value());
}

TEST_CASE("redirects are given back, not followed") {
    const LoopbackPeer peer(
        always("HTTP/1.1 307 Temporary Redirect\r\nLocation: /other\r\nContent-Length: 0\r\n\r\n"));
    const auto transport = make_curl_transport({});
    const HttpResponse response = transport->send(get(peer), {});
    CHECK(response.status == 307);
    CHECK(response.headers.find("Location") == "/other");
}

TEST_CASE("method, path, fields and credential go over the wire as given") {
    std::string head;
    {
        const LoopbackPeer peer([&](PeerConnection& connection) {
            head = connection.read_head();
            connection.write("HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n");
        });
        HttpRequest request = get(peer, "/v2/a/../b?x=%2F");
        request.method = "DELETE";
        request.headers.add("Accept", "application/json");
        request.headers.add("X-Empty", "");
        request.authorization = Secret("Bearer secret");
        make_curl_transport({.user_agent = "berth/test"})->send(request, {});
    }
    CHECK(head.starts_with("DELETE /v2/a/../b?x=%2F HTTP/1.1\r\n"));
    for (const char* field :
         {"\r\nAccept: application/json\r\n", "\r\nX-Empty:\r\n",
          "\r\nAuthorization: Bearer secret\r\n", "\r\nUser-Agent: berth/test\r\n"})
        CHECK(head.find(field) != std::string::npos);
}

TEST_CASE("a field that would start another line is refused before anything is sent") {
    const LoopbackPeer peer(always("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
    const auto transport = make_curl_transport({});
    HttpRequest request = get(peer);
    request.headers.add("X", "a\r\nEvil: b");
    CHECK(failure_of([&] { transport->send(request, {}); }).code() == ErrorCode::usage);
    request = get(peer);
    request.authorization = Secret("a\nb");
    CHECK(failure_of([&] { transport->send(request, {}); }).code() == ErrorCode::usage);
    CHECK(peer.connections() == 0);
}

TEST_CASE("HEAD gives the length and no body") {
    const LoopbackPeer peer(always("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n"));
    const auto transport = make_curl_transport({});
    HttpRequest request = get(peer);
    request.method = "HEAD";
    HttpResponse response = transport->send(request, {});
    CHECK(response.content_length() == 500);
    CHECK(body_of(response).empty());
}

TEST_CASE("a POST without a body states that it is empty") {
    std::string head;
    {
        const LoopbackPeer peer([&](PeerConnection& connection) {
            head = connection.read_head();
            connection.write("HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n");
        });
        HttpRequest request = get(peer);
        request.method = "POST";
        CHECK(make_curl_transport({})->send(request, {}).status == 202);
    }
    CHECK(head.starts_with("POST / "));
    CHECK(head.find("\r\nContent-Length: 0\r\n") != std::string::npos);
    CHECK(head.find("Expect") == std::string::npos);
}

TEST_CASE("interim responses and an upload of several megabytes") {
    const std::string sent(3'000'000, 'u');
    std::string received;
    {
        const LoopbackPeer peer([&](PeerConnection& connection) {
            const std::string head = connection.read_head();
            if (head.find("Expect: 100-continue") != std::string::npos)
                connection.write("HTTP/1.1 100 Continue\r\n\r\n");
            received = connection.read_exactly(sent.size());
            connection.write("HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n");
        });
        HttpRequest request = get(peer);
        request.method = "PUT";
        request.body =
            RequestBody{sent.size(), [&] { return std::make_unique<MemorySource>(sent); }};
        CHECK(make_curl_transport({})->send(request, {}).status == 201);
    }
    CHECK(received == sent);
}

TEST_CASE("an exception of the request's body reaches the caller") {
    struct Broken final : Source {
        std::size_t read(std::span<std::byte>) override {
            throw Error(ErrorCode::corrupt, "the file is damaged");
        }
    };
    const LoopbackPeer peer([](PeerConnection& connection) { connection.wait_for_close(); });
    HttpRequest request = get(peer);
    request.method = "PUT";
    request.body = RequestBody{10, [] { return std::make_unique<Broken>(); }};
    const auto transport = make_curl_transport({});
    CHECK(failure_of([&] { transport->send(request, {}); }).code() == ErrorCode::corrupt);
    request.body = RequestBody{10, [] { return std::make_unique<MemorySource>("short"); }};
    const Error error = failure_of([&] { transport->send(request, {}); });
    CHECK(error.message() == "the request's body ends after 5 of 10 bytes");
}

TEST_CASE("a refusal ends an upload early") {
    const LoopbackPeer peer([](PeerConnection& connection) {
        connection.read_head();
        connection.write("HTTP/1.1 401 Unauthorized\r\nContent-Length: 2\r\n\r\nno");
        connection.wait_for_close();
    });
    HttpRequest request = get(peer);
    request.method = "PUT";
    request.body = RequestBody{
        50'000'000, [] { return std::make_unique<MemorySource>(std::string(50'000'000, 'x')); }};
    HttpResponse response = make_curl_transport({})->send(request, {});
    CHECK(response.status == 401);
    CHECK(body_of(response) == "no");
}

TEST_CASE("connections are used again, by every thread") {
    const LoopbackPeer peer(always("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"));
    const auto transport = make_curl_transport({});
    for (int i = 0; i < 20; ++i) {
        HttpResponse response = transport->send(get(peer), {});
        CHECK(body_of(response) == "ok");
    }
    CHECK(peer.connections() == 1);
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&] {
            for (int j = 0; j < 10; ++j) {
                HttpResponse response = transport->send(get(peer), {});
                body_of(response);
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    CHECK(peer.connections() <= 4);
}

TEST_CASE("a kept connection that died is replaced without an error, also for an upload") {
    const LoopbackPeer peer([](PeerConnection& connection) {
        connection.read_head();
        connection.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        connection.read_exactly(1);
    });
    const auto transport = make_curl_transport({});
    HttpRequest request = get(peer);
    transport->send(request, {});
    request.method = "PATCH";
    request.body = RequestBody{3, [] { return std::make_unique<MemorySource>("abc"); }};
    CHECK(transport->send(request, {}).status == 200);
    CHECK(peer.connections() == 2);
}

TEST_CASE("a body may outlive its transport and may be dropped unread") {
    const LoopbackPeer peer([](PeerConnection& connection) {
        connection.read_head();
        connection.write("HTTP/1.1 200 OK\r\nContent-Length: 300000\r\n\r\n");
        connection.write(std::string(300'000, 'b'));
    });
    auto transport = make_curl_transport({});
    HttpResponse kept = transport->send(get(peer), {});
    { const HttpResponse dropped = transport->send(get(peer), {}); }
    transport.reset();
    CHECK(body_of(kept) == std::string(300'000, 'b'));
}

TEST_CASE("a connection closed early says after how many bytes and may be retried") {
    const LoopbackPeer peer([](PeerConnection& connection) {
        connection.read_head();
        connection.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabcd");
    });
    const auto transport = make_curl_transport({});
    HttpResponse response = transport->send(get(peer), {});
    std::byte buffer[100];
    CHECK(response.body->read(buffer) == 4);
    const Error error = failure_of([&] { response.body->read(buffer); });
    CHECK(error.code() == ErrorCode::unreachable);
    CHECK(error.message().find("closed the connection after 4 of 10 bytes") != std::string::npos);
    CHECK(traits(error.code()).retryable);
}

TEST_CASE("a chunked body without its end, and one with garbage, are errors") {
    const auto transport = make_curl_transport({});
    const auto fail_with = [&](std::string chunks) {
        const LoopbackPeer peer([&](PeerConnection& connection) {
            connection.read_head();
            connection.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks);
        });
        HttpResponse response = transport->send(get(peer), {});
        return failure_of([&] { body_of(response); }).code();
    };
    CHECK(fail_with("4\r\nabcd\r\n") == ErrorCode::unreachable);
    CHECK(fail_with("2\r\nab\r\nzz\r\n") == ErrorCode::response_invalid);
}

TEST_CASE("no connection, no answer and no HTTP are told apart") {
    const auto transport = make_curl_transport({});
    const auto code_at = [&](const std::string& url) {
        return failure_of([&] { transport->send({.url = Url::parse(url).value()}, {}); }).code();
    };
    CHECK(code_at("http://127.0.0.1:1/") == ErrorCode::unreachable);
    CHECK(code_at("http://no-such-host.invalid/") == ErrorCode::unreachable);
    const LoopbackPeer silent([](PeerConnection& connection) { connection.read_head(); });
    CHECK(code_at(silent.url()) == ErrorCode::unreachable);
    const LoopbackPeer reset([](PeerConnection& connection) {
        connection.read_head();
        connection.reset_on_close();
    });
    CHECK(code_at(reset.url()) == ErrorCode::unreachable);
    const LoopbackPeer other([](PeerConnection& connection) {
        connection.read_head();
        connection.write("\x15\x03\x01\x00\x02\x02\x16");
    });
    CHECK(code_at(other.url()) == ErrorCode::response_invalid);
}

TEST_CASE("a plain HTTP server asked for TLS leads to plain HTTP") {
    const LoopbackPeer peer([](PeerConnection& connection) {
        connection.write("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
        connection.wait_for_close();
    });
    const auto transport = make_curl_transport({});
    const std::string url = "https://127.0.0.1:" + std::to_string(peer.port()) + "/";
    const Error error = failure_of([&] { transport->send({.url = Url::parse(url).value()}, {}); });
    CHECK(error.code() == ErrorCode::tls_invalid);
    CHECK(error.message() ==
          "https://127.0.0.1:" + std::to_string(peer.port()) + " does not speak TLS");
    CHECK(error.remedy().kind == Remedy::Kind::use_plain_http);
}

TEST_CASE("an endless head and too many fields are cut off") {
    const auto transport = make_curl_transport({});
    const auto code_with = [&](std::string line) {
        const LoopbackPeer peer([&](PeerConnection& connection) {
            connection.read_head();
            connection.write("HTTP/1.1 200 OK\r\n");
            while (connection.write(line)) {
            }
        });
        return failure_of([&] { transport->send(get(peer), {}); }).code();
    };
    CHECK(code_with("A: b\r\n") == ErrorCode::limit_exceeded);
    CHECK(code_with("A: " + std::string(5000, 'x') + "\r\n") == ErrorCode::limit_exceeded);
    CHECK(code_with("no-line-end-at-all") == ErrorCode::limit_exceeded);
}

TEST_CASE("a server that says nothing is given up") {
    const LoopbackPeer peer([](PeerConnection& connection) { connection.wait_for_close(); });
    const Error error = failure_of([&] { make_curl_transport(impatient())->send(get(peer), {}); });
    CHECK(error.code() == ErrorCode::timeout);
    CHECK(error.message().find("does not answer: gave up after 0.15 s") != std::string::npos);
}

TEST_CASE("a request's own patience is for connecting and the answer together, and for the body") {
    const auto transport =
        make_curl_transport({.timeouts = {.connect = 60s, .first_byte = 60s, .stall = 60s}});
    const LoopbackPeer silent([](PeerConnection& connection) { connection.wait_for_close(); });
    for (const std::string scheme : {"http", "https"}) { // https: it connects, and goes no further
        HttpRequest request = get(silent);
        request.url.origin.scheme = scheme;
        request.patience = 150ms;
        const Error error = failure_of([&] { transport->send(request, {}); });
        CHECK(error.code() == ErrorCode::timeout);
    }
    const LoopbackPeer stalling([](PeerConnection& connection) {
        connection.read_head();
        connection.write("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nfirst");
        connection.wait_for_close();
    });
    HttpRequest request = get(stalling);
    request.patience = 150ms;
    HttpResponse response = transport->send(request, {});
    const Error error = failure_of([&] { body_of(response); });
    CHECK(error.message().find("sends no more of the response's body: gave up after 0.15 s") !=
          std::string::npos);
}

TEST_CASE("no connection is made to an address that is refused") {
    LoopbackPeer peer([](PeerConnection& connection) {
        connection.read_head();
        connection.write("HTTP/1.1 204 No Content\r\n\r\n");
        connection.wait_for_close();
    });
    std::string asked;
    const auto refusing = make_curl_transport({}, [&](const Origin& origin, auto address) {
        asked += origin.text() + " at " + std::string(address);
        return false;
    });
    try {
        refusing->send(get(peer), {});
        FAIL("a connection was made");
    } catch (const AddressForbidden& error) {
        CHECK(error.code() == ErrorCode::response_invalid);
        CHECK(error.address() == "127.0.0.1");
    }
    CHECK(peer.url("") + " at 127.0.0.1" == asked);
    CHECK(peer.connections() == 0);
    const auto allowing = make_curl_transport(
        {}, [](const Origin&, std::string_view address) { return address == "127.0.0.1"; });
    CHECK(allowing->send(get(peer), {}).status == 204);
}

TEST_CASE("a body that stalls and a body that drips are given up") {
    for (const bool drips : {false, true}) {
        const LoopbackPeer peer([&](PeerConnection& connection) {
            connection.read_head();
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\nfirst");
            while (drips && connection.write("x")) std::this_thread::sleep_for(10ms);
            connection.wait_for_close();
        });
        HttpResponse response = make_curl_transport(impatient())->send(get(peer), {});
        const auto start = std::chrono::steady_clock::now();
        CHECK(failure_of([&] { body_of(response); }).code() == ErrorCode::timeout);
        CHECK(std::chrono::steady_clock::now() - start < 1s);
    }
}

TEST_CASE("a server that takes no more of an upload is given up") {
    const LoopbackPeer peer([](PeerConnection& connection) {
        connection.read_head();
        connection.write("HTTP/1.1 100 Continue\r\n\r\n");
        pollfd closed{connection.fd(), POLLRDHUP, 0};
        ::poll(&closed, 1, 3000);
    });
    HttpRequest request = get(peer);
    request.method = "PUT";
    request.body = RequestBody{
        50'000'000, [] { return std::make_unique<MemorySource>(std::string(50'000'000, 'x')); }};
    const Error error = failure_of([&] { make_curl_transport(impatient())->send(request, {}); });
    CHECK(error.code() == ErrorCode::timeout);
    CHECK(error.message().find("takes no more") != std::string::npos);
}

TEST_CASE("a request to stop ends the waiting for a head and for a body") {
    for (const bool has_head : {false, true}) {
        const LoopbackPeer peer([&](PeerConnection& connection) {
            connection.read_head();
            if (has_head) connection.write("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n");
            connection.wait_for_close();
        });
        std::stop_source stop;
        std::chrono::steady_clock::time_point asked;
        std::thread stopper([&] {
            std::this_thread::sleep_for(50ms);
            asked = std::chrono::steady_clock::now();
            stop.request_stop();
        });
        const auto transport = make_curl_transport({});
        const Error error = failure_of([&] {
            HttpResponse response = transport->send(get(peer), stop.get_token());
            body_of(response);
        });
        stopper.join();
        CHECK(error.code() == ErrorCode::cancelled);
        CHECK(std::chrono::steady_clock::now() - asked < 200ms);
        CHECK(failure_of([&] { transport->send(get(peer), stop.get_token()); }).code() ==
              ErrorCode::cancelled);
    }
}

TEST_CASE("a body that nobody reads is not taken in") {
    std::atomic<std::size_t> accepted{0};
    const LoopbackPeer peer([&](PeerConnection& connection) {
        connection.read_head();
        connection.write("HTTP/1.1 200 OK\r\nContent-Length: 200000000\r\n\r\n");
        const std::string block(100'000, 'z');
        while (accepted < 200'000'000 && connection.write(block)) accepted += block.size();
    });
    HttpResponse response = make_curl_transport({})->send(get(peer), {});
    std::byte buffer[1000];
    response.body->read(buffer);
    std::this_thread::sleep_for(100ms);
    CHECK(accepted < 20'000'000); // what the two sockets hold
    CHECK(drain(*response.body) > 199'000'000);
}

TEST_CASE("the trace names requests and responses and no secret") {
    const LoopbackPeer peer(always("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
    std::string lines;
    const auto transport =
        make_curl_transport({.trace = [&](std::string_view line) { (lines += line) += '\n'; }});
    HttpRequest request = get(peer, "/v2/?token=hidden&n=5");
    request.authorization = Secret("Bearer hidden");
    transport->send(request, {});
    CHECK(lines.find("> GET " + peer.url("/v2/?token=…&n=5\n")) != std::string::npos);
    CHECK(lines.find("< 200 GET ") != std::string::npos);
    CHECK(lines.find("hidden") == std::string::npos);
}

TEST_CASE("a proxy is used unless the host is excepted") {
    const LoopbackPeer proxy(always("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nproxy"));
    const LoopbackPeer peer(always("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\ndirect"));
    HttpResponse through = make_curl_transport({.http_proxy = proxy.url()})->send(get(peer), {});
    CHECK(body_of(through) == "proxy");
    HttpResponse direct =
        make_curl_transport({.http_proxy = proxy.url(), .no_proxy = "example.com,127.0.0.1"})
            ->send(get(peer), {});
    CHECK(body_of(direct) == "direct");
}
