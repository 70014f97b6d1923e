#include "client/retry.hpp"
#include "client/remote_fixture.hpp"
#include "client/retry_after.hpp"
#include "client/token_cache.hpp"
#include "registry/repository_contract.hpp"

using namespace berth;
using namespace berth::client;
using net::respond;
using net::SentRequest;

namespace {

/// How often a request is sent to a server that always answers like this.
std::size_t attempts_at(int status, std::string retry_after, ManualClock& clock) {
    Remote remote([&](const SentRequest&) {
        return respond(status, "", {{"Retry-After", retry_after}});
    });
    failure_of([&] { (void)remote.repository->manifest("v1"); });
    clock.advance(remote.clock.slept());
    return remote.transport.sent().size();
}

} // namespace

TEST_CASE("answers that may pass are waited for, others are final") {
    ManualClock clock;
    for (const int status : {408, 429, 500, 502, 503, 504}) {
        CAPTURE(status);
        CHECK(attempts_at(status, "", clock) == (status == 408 ? 2 : 5));
    }
    for (const int status : {400, 403, 405, 410, 451, 501, 505}) {
        CAPTURE(status);
        CHECK(attempts_at(status, "", clock) == 1);
    }
}

TEST_CASE("Retry-After is honoured up to a minute each and within a sum") {
    ManualClock clock;
    const auto begin = clock.now();
    CHECK(attempts_at(429, "20", clock) == 5);
    CHECK(clock.now() - begin >= std::chrono::seconds(80));
    CHECK(attempts_at(429, "60", clock) == 3); // two minutes, then it is enough
    CHECK(attempts_at(429, "61", clock) == 1);
    CHECK(attempts_at(503, "86400", clock) == 1);
    CHECK(attempts_at(429, "-99999999999999999999", clock) == 5);
}

TEST_CASE("a server that recovers is as good as any") {
    int count = 0;
    Remote remote([&](const SentRequest&) { return respond(++count < 4 ? 503 : 404); });
    CHECK_FALSE(remote.repository->manifest("v1").has_value());
    CHECK(remote.notes.size() == 3);
    CHECK(contains(remote.notes[0], "retrying in"));
}

TEST_CASE("a silent server is given up after the second timeout") {
    Remote remote([](const SentRequest&) -> net::HttpResponse {
        throw Error(ErrorCode::timeout, "silence");
    });
    const Error error = failure_of([&] { (void)remote.repository->manifest("v1"); });
    CHECK(error.code() == ErrorCode::timeout);
    CHECK(remote.transport.sent().size() == 2);
}

TEST_CASE("who can ask elsewhere waits for reads no longer than they have patience") {
    constexpr std::chrono::seconds patience{5};
    const RemoteOptions options{.registry = "registry.example", .patience = patience};
    Remote* self = nullptr;
    Remote silent(
        [&](const SentRequest& request) -> net::HttpResponse {
            CHECK(request.patience == patience);
            self->clock.advance(patience);
            throw Error(ErrorCode::timeout, "silence");
        },
        options);
    self = &silent;
    failure_of([&] { (void)silent.repository->manifest("v1"); });
    CHECK(silent.transport.sent().size() == 1);
    Remote refusing([](const SentRequest&) { return respond(503); }, options);
    const auto begun = refusing.clock.now();
    failure_of([&] { (void)refusing.repository->manifest("v1"); });
    CHECK(refusing.transport.sent().size() > 1);
    CHECK(refusing.clock.now() - begun < patience);
    // What is written is another matter: a registry may think about the end of a large blob.
    Remote writing([](const SentRequest&) { return respond(201); }, options);
    writing.repository->push_manifest(registry::contract::small_image(1).manifest, "v1");
    CHECK(writing.transport.sent().back().patience.count() == 0);
}

TEST_CASE("waits grow and stay within half and one and a half") {
    ManualClock clock;
    Retry retry({}, clock, {}, {});
    Error error(ErrorCode::upstream_failed, "x");
    for (const int middle : {500, 1000, 2000, 4000}) {
        const auto before = clock.slept();
        CHECK(retry.again_after(error));
        const auto wait = (clock.slept() - before).count();
        CHECK(wait >= middle / 2);
        CHECK(wait <= middle * 3 / 2);
    }
    CHECK_FALSE(retry.again_after(error));
    CHECK(contains(error.what(), "after 5 attempts: x"));
}

namespace {

/// An error that says more than its code, as those of registration/ do.
class Named : public Error {
public:
    Named(ErrorCode code, std::string message) : Error(code, std::move(message)) {}
    std::string name = "the cause";
};

} // namespace

TEST_CASE("an error that is given up on is thrown as what it is") {
    for (const auto code : {ErrorCode::unreachable, ErrorCode::response_invalid}) {
        Remote remote([&](const SentRequest&) -> net::HttpResponse { throw Named(code, "x"); });
        try {
            (void)remote.repository->manifest("v1");
            FAIL("nothing was thrown");
        } catch (const Named& error) {
            CHECK(error.code() == code);
            CHECK(error.name == "the cause");
        }
    }
}

TEST_CASE("so is one that kept a token from being fetched") {
    ManualClock clock;
    TokenCache cache(clock);
    for (int i = 0; i < 2; ++i)
        CHECK_THROWS_AS(
            cache.get("key", []() -> Token { throw Named(ErrorCode::unreachable, "x"); }), Named);
}

TEST_CASE("a stop request ends the retries") {
    ManualClock clock;
    std::stop_source stop;
    stop.request_stop();
    Retry retry({}, clock, stop.get_token(), {});
    Error error(ErrorCode::unreachable, "x");
    CHECK_FALSE(retry.again_after(error));
}

TEST_CASE("Retry-After is read in both of its forms") {
    const auto now = std::chrono::sys_days(std::chrono::year(1999) / 12 / 31) +
                     std::chrono::hours(23) + std::chrono::minutes(59);
    CHECK(parse_retry_after("120", now) == 120);
    CHECK(parse_retry_after(" 7 ", now) == 7);
    CHECK(parse_retry_after("99999999999999999999999", now) == 86'400);
    CHECK(parse_retry_after("Fri, 31 Dec 1999 23:59:59 GMT", now) == 59);
    CHECK(parse_retry_after("Fri, 31 Dec 1998 23:59:59 GMT", now) == 0);
    CHECK(parse_retry_after("Fri, 31 Feb 1999 23:59:59 GMT", now) == std::nullopt);
    CHECK(parse_retry_after("soon", now) == std::nullopt);
    CHECK(parse_retry_after("-1", now) == std::nullopt);
    CHECK(parse_retry_after("", now) == std::nullopt);
}
