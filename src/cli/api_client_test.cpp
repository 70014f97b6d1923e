#include "cli/api_client.hpp"

#include "net/scripted_transport.hpp"

#include <doctest/doctest.h>

using namespace berth;
using namespace berth::cli;

namespace {

struct Server {
    explicit Server(net::ScriptedTransport::Script script, ServerLogin login = key())
        : transport(std::move(script)), client(transport, std::move(login), {}) {}

    static ServerLogin key() {
        return {.url = "https://berth.test",
                .proof = ServerLogin::Proof::api_key,
                .secret = Secret("k3y")};
    }

    net::ScriptedTransport transport;
    ApiClient client;
};

} // namespace

TEST_CASE("requests carry the key, JSON and the entity tag") {
    Server server([](const net::SentRequest&) {
        return net::respond(200, R"({"a":1})", {{"ETag", "\"7\""}});
    });
    CHECK(server.client.get("/v1/x?y=z").headers.find("ETag") == "\"7\"");
    server.client.put("/v1/x", {{"name", "one"}}, "\"7\"");
    server.client.put("/v1/x", {{"name", "one"}}, "");
    const auto sent = server.transport.sent();
    REQUIRE(sent.size() == 3);
    CHECK(sent[0].url == "https://berth.test/v1/x?y=z");
    CHECK(sent[0].authorization == "Bearer k3y");
    CHECK_FALSE(sent[0].headers.find("Cookie"));
    CHECK(sent[1].method == "PUT");
    CHECK(sent[1].body == R"({"name":"one"})");
    CHECK(sent[1].headers.find("If-Match") == "\"7\"");
    CHECK_FALSE(sent[2].headers.find("If-Match"));
}

TEST_CASE("a session is shown as a browser would, with the proof that it is no other site") {
    Server server([](const net::SentRequest&) { return net::respond(204); },
                  {.url = "https://berth.test", .secret = Secret("s3ssion"), .csrf = "c5rf"});
    server.client.remove("/v1/x");
    const auto sent = server.transport.sent();
    REQUIRE(sent.size() == 1);
    CHECK(sent[0].headers.find("Cookie") == "berth_session=s3ssion");
    CHECK(sent[0].headers.find("X-CSRF-Token") == "c5rf");
    CHECK(sent[0].authorization.empty());
}

TEST_CASE("a refusal of the server is an error with its words, its hint and the right code") {
    const struct {
        int status;
        ErrorCode code;
    } cases[] = {{400, ErrorCode::usage},
                 {401, ErrorCode::unauthorized},
                 {403, ErrorCode::denied},
                 {404, ErrorCode::not_found},
                 {409, ErrorCode::conflict},
                 {412, ErrorCode::conflict},
                 {429, ErrorCode::too_many_requests},
                 {500, ErrorCode::upstream_failed}};
    for (const auto& each : cases) {
        CAPTURE(each.status);
        Server server([&](const net::SentRequest&) {
            return net::respond(each.status,
                                R"({"code":"X","message":"no\u001bway","ref":"r1","details":)"
                                R"({"hint":"another one","field":"metadata.name"}})");
        });
        try {
            server.client.get("/v1/x");
            FAIL("no error was thrown");
        } catch (const ApiRefusal& refusal) {
            CHECK(refusal.code() == each.code);
            CHECK(refusal.message().starts_with("no way"));
            CHECK(refusal.hint() == "another one");
            CHECK(refusal.field() == "metadata.name");
            CHECK((refusal.message().find("r1") != std::string::npos) == (each.status == 500));
        }
    }
}

TEST_CASE("without a hint of the server a login that ended says how to log in") {
    Server server([](const net::SentRequest&) { return net::respond(401, R"({"message":"no"})"); });
    try {
        server.client.get("/v1/x");
        FAIL("no error was thrown");
    } catch (const Error& error) {
        CHECK(error.hint() == "berth login --api https://berth.test");
    }
}

TEST_CASE("an unknown authority of the server is told apart from a registry's") {
    Server server([](const net::SentRequest&) -> net::HttpResponse {
        throw Error(ErrorCode::tls_invalid, "no")
            .set_hint("trust it", {Remedy::Kind::trust_authority});
    });
    try {
        server.client.get("/v1/x");
        FAIL("no error was thrown");
    } catch (const Error& error) {
        CHECK(error.hint() == "trust it (--server-ca-file, or --ca-file of berth login --api)");
        CHECK(error.remedy().kind == Remedy::Kind::none);
    }
}

TEST_CASE("what is no Berth server is named so, and the key does not follow a redirect") {
    for (const auto& [status, body] : {std::pair(200, "<html>"),
                                       {404, "<html>"},
                                       {302, ""},
                                       {200, "[1]"},
                                       {404, ""},
                                       {502, "bad gateway"}}) {
        CAPTURE(status);
        Server server([&, status = status, body = body](const net::SentRequest&) {
            return net::respond(status, body, {{"Location", "https://evil.test/"}});
        });
        try {
            server.client.get("/v1/x");
            FAIL("no error was thrown");
        } catch (const Error& error) {
            CHECK(error.code() == ErrorCode::response_invalid);
        }
        CHECK(server.transport.sent().size() == 1);
    }
}
