#include "base/text.hpp"
#include "client/remote_fixture.hpp"
#include "client/token_cache.hpp"

#include <algorithm>
#include <thread>

using namespace berth;
using namespace berth::client;
using net::respond;
using net::SentRequest;

namespace {

registry::Credential ada() {
    return {.user = "ada", .password = Secret("s3cret")};
}
const std::string ada_basic = "Basic " + to_base64("ada:s3cret");

/// Wants a bearer token from `realm`; the token service is at any URL with "/token" in it.
struct TokenServer {
    std::string realm = "https://auth.registry.example/token";
    std::string extra = {};
    std::string reply = R"({"token":"good","expires_in":300})";
    int token_status = 200;

    net::HttpResponse operator()(const SentRequest& request) const {
        if (contains(request.url, "/token")) return respond(token_status, reply);
        if (request.authorization == "Bearer good") return respond(404);
        return respond(
            401, "{}",
            {{"WWW-Authenticate", "Bearer realm=\"" + realm + "\",service=\"reg\"" + extra}});
    }
};

Remote asking(TokenServer server, registry::Credential credential = ada(),
              RemoteOptions options = {.registry = "registry.example"}) {
    return Remote(server, options, std::move(credential));
}

void ask(Remote& remote, const char* tag = "v1") {
    (void)remote.repository->manifest(tag);
}

std::vector<SentRequest> token_requests(Remote& remote) {
    auto sent = remote.transport.sent();
    std::erase_if(sent, [](const auto& each) { return !contains(each.url, "/token"); });
    return sent;
}

/// No request that is not to the registry's own site carried anything secret.
bool kept_secret(Remote& remote, std::string_view foreign) {
    const auto sent = remote.transport.sent();
    return std::none_of(sent.begin(), sent.end(), [&](const auto& each) {
        return contains(each.url, foreign) &&
               (!each.authorization.empty() || contains(each.body, "s3cret"));
    });
}

} // namespace

TEST_CASE("a challenge is answered with a token for the scope, once") {
    Remote remote = asking({});
    ask(remote);
    ask(remote, "v2");
    const auto tokens = token_requests(remote);
    REQUIRE(tokens.size() == 1);
    CHECK(contains(tokens[0].url, "service=reg"));
    CHECK(contains(tokens[0].url, "scope=repository%3Ateam%2Fapp%3Apull"));
    CHECK(tokens[0].authorization == ada_basic);
    CHECK(remote.transport.sent().size() == 4); // 401, token, 404; then 404 at once
}

TEST_CASE("anonymous access asks for a token without a password") {
    Remote remote = asking({}, {});
    ask(remote);
    CHECK(token_requests(remote)[0].authorization.empty());
}

TEST_CASE("another scope gets its token without another 401") {
    Remote remote = asking({});
    ask(remote);
    (void)remote.registry->repository("team/other")->manifest("v1");
    const auto tokens = token_requests(remote);
    REQUIRE(tokens.size() == 2);
    CHECK(contains(tokens[1].url, "team%2Fother"));
    CHECK(remote.transport.sent().size() == 5);
}

TEST_CASE("a token that is about to expire is renewed") {
    Remote remote = asking({.reply = R"({"access_token":"good","expires_in":100})"});
    ask(remote);
    remote.clock.advance(std::chrono::seconds(70));
    ask(remote);
    CHECK(token_requests(remote).size() == 1);
    remote.clock.advance(std::chrono::seconds(10));
    ask(remote);
    CHECK(token_requests(remote).size() == 2);
}

TEST_CASE("the scope that the registry names is asked for too") {
    Remote remote = asking({.extra = R"(,scope="repository:docker-local/team/app:pull")"});
    ask(remote);
    ask(remote, "v2");
    const auto tokens = token_requests(remote);
    REQUIRE(tokens.size() == 1);
    CHECK(contains(tokens[0].url, "docker-local"));
}

TEST_CASE("an identity token is traded by POST and never put into a URL") {
    Remote remote = asking({}, {.identity_token = Secret("s3cret-refresh")});
    ask(remote);
    const auto tokens = token_requests(remote);
    REQUIRE(tokens.size() == 1);
    CHECK(tokens[0].method == "POST");
    CHECK(contains(tokens[0].body, "grant_type=refresh_token"));
    CHECK(contains(tokens[0].body, "refresh_token=s3cret-refresh"));
    CHECK_FALSE(contains(tokens[0].url, "s3cret"));
}

TEST_CASE("a ready bearer token is sent at once") {
    Remote remote = asking({}, {.registry_token = Secret("good")});
    ask(remote);
    CHECK(remote.transport.sent().size() == 1);
}

TEST_CASE("a realm that must not be asked is refused before anything is sent there") {
    for (const char* realm :
         {"https://evil.example/token", "http://auth.registry.example/token", "file:///etc/passwd",
          "", "/token", "https://a:b@auth.registry.example/token", "https://127.0.0.1/token",
          "https://169.254.169.254/token", "https://example/token"}) {
        CAPTURE(realm);
        Remote remote = asking({.realm = realm});
        const Error error = failure_of([&] { ask(remote); });
        CHECK(error.code() == ErrorCode::unauthorized);
        CHECK(contains(error.message(), "realm"));
        CHECK(remote.transport.sent().size() == 1);
    }
}

TEST_CASE("a foreign realm gets anonymous requests, and credentials only when it is trusted") {
    TokenServer server{.realm = "https://login.example.net/token"};
    Remote anonymous = asking(server, {});
    ask(anonymous);
    CHECK(token_requests(anonymous).size() == 1);
    Remote trusted = asking(server, ada(),
                            {.registry = "registry.example", .realm_hosts = {"login.example.net"}});
    ask(trusted);
    CHECK(token_requests(trusted)[0].authorization == ada_basic);
}

TEST_CASE("Docker Hub's own token service is of its site") {
    Remote remote =
        asking({.realm = "https://auth.docker.io/token"}, ada(), {.registry = "docker.io"});
    ask(remote);
    CHECK(token_requests(remote)[0].authorization == ada_basic);
}

TEST_CASE("answers of a token service that are no tokens are refused") {
    struct Row {
        std::string reply;
        int status;
        ErrorCode code;
    };
    const std::vector<Row> rows{
        {"<html>", 200, ErrorCode::response_invalid},
        {"{}", 200, ErrorCode::response_invalid},
        {R"({"token":"a\r\nX-Evil: 1"})", 200, ErrorCode::response_invalid},
        {R"({"token":")" + std::string(200'000, 't') + "\"}", 200, ErrorCode::limit_exceeded},
        {"{}", 401, ErrorCode::unauthorized},
        {"{}", 403, ErrorCode::denied},
        {"{}", 302, ErrorCode::unauthorized},
        {"{}", 500, ErrorCode::upstream_failed},
    };
    for (const Row& row : rows) {
        CAPTURE(row.reply.substr(0, 40));
        Remote remote = asking({.reply = row.reply, .token_status = row.status});
        const Error error = failure_of([&] { ask(remote); });
        CHECK(error.code() == row.code);
        CHECK_FALSE(contains(error.what(), "s3cret"));
    }
}

TEST_CASE("refusals say who asked for what") {
    Remote token = asking({.reply = "{}", .token_status = 401});
    const Error at_token = failure_of([&] { ask(token); });
    CHECK(contains(at_token.message(), "auth.registry.example"));
    CHECK(contains(at_token.message(), "repository:team/app:pull"));
    CHECK(contains(at_token.message(), "\"ada\""));
    CHECK(at_token.remedy().kind == Remedy::Kind::log_in);
    CHECK(at_token.remedy().host == "registry.example");
    Remote scope =
        asking({.extra = ",error=\"insufficient_scope\"", .reply = R"({"token":"weak"})"});
    const Error at_registry = failure_of([&] { ask(scope); });
    CHECK(at_registry.code() == ErrorCode::denied);
    CHECK(contains(at_registry.message(), "user \"ada\" asked for repository:team/app:pull"));
    Remote forbidden([](const SentRequest&) { return respond(403, "{}"); },
                     {.registry = "registry.example"}, ada());
    CHECK(contains(failure_of([&] { ask(forbidden); }).message(), "user \"ada\""));
}

TEST_CASE("a token that is refused is fetched anew once and no more") {
    int tokens = 0;
    Remote remote(
        [&](const SentRequest& request) {
            if (contains(request.url, "/token"))
                return respond(200, R"({"token":"t)" + std::to_string(++tokens) + "\"}");
            if (request.authorization == "Bearer t2") return respond(404);
            if (tokens == 1 && request.authorization == "Bearer t1" && contains(request.url, "v1"))
                return respond(404);
            return respond(
                401, "{}",
                {{"WWW-Authenticate", "Bearer realm=\"https://registry.example/token\""}});
        },
        {.registry = "registry.example"}, ada());
    ask(remote, "v1");
    ask(remote, "v2"); // t1 was withdrawn meanwhile
    CHECK(tokens == 2);
    Remote never = asking({.reply = R"({"token":"bad"})"});
    CHECK(failure_of([&] { ask(never); }).code() == ErrorCode::unauthorized);
    CHECK(token_requests(never).size() == 1);
}

TEST_CASE("Basic goes to the registry alone and is remembered") {
    Remote remote(
        [](const SentRequest& request) {
            if (request.authorization == ada_basic) return respond(404);
            return respond(401, "", {{"WWW-Authenticate", "Basic realm=\"x\""}});
        },
        {.registry = "registry.example"}, ada());
    ask(remote);
    ask(remote);
    CHECK(remote.transport.sent().size() == 3);
}

TEST_CASE("a wrong password is not tried twice, and none is asked for with a hint") {
    const auto always = [](const SentRequest&) {
        return respond(401, "", {{"WWW-Authenticate", "Basic realm=\"x\""}});
    };
    Remote wrong(always, {.registry = "registry.example"}, ada());
    CHECK(failure_of([&] { ask(wrong); }).code() == ErrorCode::unauthorized);
    CHECK(wrong.transport.sent().size() == 2);
    Remote none(always);
    const Error error = failure_of([&] { ask(none); });
    CHECK(error.code() == ErrorCode::unauthorized);
    CHECK(error.remedy().kind == Remedy::Kind::log_in);
}

/// A password that is another one each time that it has expired.
class Renewed final : public registry::CredentialProvider {
public:
    std::optional<registry::Credential> credential_for(std::string_view,
                                                       std::string_view) override {
        return registry::Credential{.user = "AWS",
                                    .password = Secret("p" + std::to_string(number))};
    }
    bool renews() const override { return true; }
    void expired(std::string_view, const registry::Credential&) override { ++number; }
    int number = 1;
};

TEST_CASE("a token that has expired is renewed once, whichever status says so") {
    const std::string old_token = "Basic " + to_base64("AWS:p1");
    for (const int status : {401, 403, 400}) {
        CAPTURE(status);
        for (const bool head : {false, true}) {
            CAPTURE(head);
            Renewed credentials;
            ManualClock clock;
            net::ScriptedTransport transport([&](const SentRequest& request) {
                if (request.authorization.empty())
                    return respond(401, "", {{"WWW-Authenticate", "Basic realm=\"ecr\""}});
                if (request.authorization != old_token) return respond(404);
                const std::string body =
                    R"({"errors":[{"code":"DENIED","message":"Your authorization token )"
                    R"(has expired. Reauthenticate and try again."}]})";
                return respond(status, request.method == "HEAD" ? "" : body);
            });
            const auto registry = open_remote_registry({.registry = "registry.example"},
                                                       {transport, credentials, clock});
            const auto repository = registry->repository("team/app");
            if (head)
                CHECK_FALSE(repository->resolve("v1").has_value());
            else
                CHECK_FALSE(repository->manifest("v1").has_value());
            CHECK(credentials.number == 2);
        }
    }
}

TEST_CASE("a refusal for lack of rights renews nothing") {
    Renewed credentials;
    ManualClock clock;
    net::ScriptedTransport transport([&](const SentRequest& request) {
        if (request.authorization.empty())
            return respond(401, "", {{"WWW-Authenticate", "Basic realm=\"ecr\""}});
        return respond(403, R"({"errors":[{"code":"DENIED","message":"not authorized"}]})");
    });
    const auto registry =
        open_remote_registry({.registry = "registry.example"}, {transport, credentials, clock});
    const auto repository = registry->repository("team/app");
    CHECK(failure_of([&] { (void)repository->manifest("v1"); }).code() == ErrorCode::denied);
    CHECK(credentials.number == 1);
}

TEST_CASE("an unknown scheme is named") {
    Remote remote(
        [](const SentRequest&) {
            return respond(401, "", {{"WWW-Authenticate", "Negotiate"}});
        },
        {.registry = "registry.example"}, ada());
    CHECK(contains(failure_of([&] { ask(remote); }).message(), "negotiate"));
}

TEST_CASE("a redirect to another origin leaves the credentials behind") {
    Remote remote(
        [](const SentRequest& request) {
            if (contains(request.url, "storage.example")) return respond(404);
            if (request.authorization.empty())
                return respond(401, "", {{"WWW-Authenticate", "Basic realm=\"x\""}});
            return respond(307, "", {{"Location", "https://storage.example/x"}});
        },
        {.registry = "registry.example"}, ada());
    ask(remote);
    CHECK(kept_secret(remote, "storage.example"));
    CHECK(remote.transport.sent().size() == 3);
}

TEST_CASE("redirects that circle, weaken or lead inwards are refused") {
    for (const char* location :
         {"https://registry.example/again", "http://registry.example/x", "file:///etc/passwd",
          "https://127.0.0.1/x", "https://[::1]/x", "https://169.254.169.254/latest/meta-data",
          "https://10.0.0.1/x", "https://localhost/x", "https://2130706433/x",
          "https://a:b@storage.example/x"}) {
        CAPTURE(location);
        Remote remote([&](const SentRequest&) {
            return respond(307, "", {{"Location", location}});
        });
        CHECK(failure_of([&] { ask(remote); }).code() == ErrorCode::response_invalid);
        CHECK(remote.transport.sent().size() <= 6);
    }
}

TEST_CASE("threads that need the same token wait for one request") {
    SystemClock clock;
    TokenCache cache(clock);
    std::atomic<int> fetches = 0;
    const auto fetch = [&] {
        ++fetches;
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
        return Token{Secret("t"), std::chrono::seconds(60)};
    };
    {
        std::vector<std::jthread> threads;
        for (int each = 0; each < 8; ++each)
            threads.emplace_back([&] { CHECK(cache.get("k", fetch).reveal() == "t"); });
    }
    CHECK(fetches == 1);
}

TEST_CASE("a failed fetch is told to all who waited and then tried again") {
    ManualClock clock;
    TokenCache cache(clock);
    int fetches = 0;
    const auto fail = [&]() -> Token {
        ++fetches;
        throw Error(ErrorCode::timeout, "x");
    };
    CHECK_THROWS_AS(cache.get("k", fail), Error);
    CHECK_THROWS_AS(cache.get("k", fail), Error);
    CHECK(fetches == 2);
}
