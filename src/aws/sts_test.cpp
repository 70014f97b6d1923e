#include "aws/sts.hpp"
#include "aws/credential_source.hpp"
#include "aws/error.hpp"
#include "aws/instant.hpp"
#include "aws/sigv4.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "net/scripted_transport.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <thread>
#include <vector>

namespace berth::aws {
namespace {

using namespace std::chrono_literals;
using net::respond;
using net::SentRequest;

const std::string sts_role = "arn:aws:iam::123456789012:role/puller";

Credentials user_keys() {
    return {.access_key_id = "AKIAIOSFODNN7EXAMPLE", .secret_access_key = Secret("secret/key")};
}

std::string xml_error(const std::string& code, const std::string& message) {
    return "<ErrorResponse><Error><Type>Sender</Type><Code>" + code + "</Code><Message>" + message +
           "</Message></Error><RequestId>r-1</RequestId></ErrorResponse>";
}

std::string iso(std::chrono::system_clock::time_point time) {
    const std::string text = amz_date(time);
    return fmt::format("{}-{}-{}T{}:{}:{}Z", text.substr(0, 4), text.substr(4, 2),
                       text.substr(6, 2), text.substr(9, 2), text.substr(11, 2),
                       text.substr(13, 2));
}

std::string assumed(const std::string& operation, const std::string& key,
                    std::chrono::system_clock::time_point expires) {
    return fmt::format(
        "<{0}Response xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><{0}Result>"
        "<Credentials><AccessKeyId>{1}</AccessKeyId><SecretAccessKey>s</"
        "SecretAccessKey><SessionToken>t+/=</SessionToken><Expiration>{2}</"
        "Expiration></Credentials></{0}Result></{0}Response>",
        operation, key, iso(expires));
}

std::string caller_answer(const std::string& arn) {
    return "<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>" + arn +
           "</Arn><UserId>AIDA</UserId><Account>123456789012</Account></GetCallerIdentityResult>"
           "</GetCallerIdentityResponse>";
}

bool asks(const SentRequest& request, std::string_view part) {
    return ("&" + request.body + "&").find("&" + std::string(part) + "&") != std::string::npos;
}

/// STS whose clock says another noon than ours.
net::HttpResponse at_noon(const SentRequest& request) {
    const std::string date(request.headers.find("X-Amz-Date").value());
    if (date.starts_with("20251127T12"))
        return respond(200, caller_answer("arn:aws:iam::123456789012:user/ci"));
    return respond(403,
                   xml_error("SignatureDoesNotMatch", "Signature expired: x is now earlier than y"),
                   {{"Date", "Thu, 27 Nov 2025 12:00:00 GMT"}});
}

/// A transport, a clock and STS in Ireland.
struct StsWorld {
    explicit StsWorld(net::ScriptedTransport::Script script)
        : transport(std::move(script)), api(transport, clock, {}), sts(api, "eu-west-1") {}
    ManualClock clock;
    net::ScriptedTransport transport;
    Api api;
    Sts sts;
};

RoleRequest puller() {
    return {.role_arn = sts_role, .session_name = "berth-1", .external_id = "ext/1:2"};
}

TEST_CASE("GetCallerIdentity is a signed form to the region's own endpoint") {
    StsWorld world([](const SentRequest&) {
        return respond(200, caller_answer("arn:aws:iam::123456789012:user/ci"));
    });
    const CallerIdentity caller = world.sts.caller(user_keys(), {});
    CHECK(caller.account == "123456789012");
    CHECK_FALSE(caller.is_role_session());
    CHECK_FALSE(caller.is_root());
    const SentRequest request = world.transport.sent().at(0);
    CHECK(request.method == "POST");
    CHECK(request.url == "https://sts.eu-west-1.amazonaws.com/");
    CHECK(asks(request, "Action=GetCallerIdentity"));
    CHECK(asks(request, "Version=2011-06-15"));
    CHECK(request.authorization.starts_with("AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/"));
    CHECK(request.authorization.find("/eu-west-1/sts/aws4_request") != std::string::npos);
    CHECK(request.authorization.find("SignedHeaders=content-type;host;x-amz-date,") !=
          std::string::npos);
    CHECK(world.api.sent().at("sts GetCallerIdentity eu-west-1") == 1);
}

TEST_CASE("AssumeRole sends what was asked and reads the session") {
    StsWorld world([](const SentRequest&) {
        return respond(200,
                       assumed("AssumeRole", "ASIA1", *parse_iso_time("2025-11-27T13:00:00Z")));
    });
    RoleRequest request = puller();
    request.policy = R"({"Statement":[]})";
    const Credentials session = world.sts.assume_role(user_keys(), request, {});
    CHECK(session.access_key_id == "ASIA1");
    CHECK(session.session_token.reveal() == "t+/=");
    CHECK(session.expires == parse_iso_time("2025-11-27T13:00:00.123Z"));
    const SentRequest sent = world.transport.sent().at(0);
    CHECK(asks(sent, "RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Fpuller"));
    CHECK(asks(sent, "RoleSessionName=berth-1"));
    CHECK(asks(sent, "ExternalId=ext%2F1%3A2"));
    CHECK(asks(sent, "DurationSeconds=3600"));
    CHECK(asks(sent, "Policy=%7B%22Statement%22%3A%5B%5D%7D"));
}

TEST_CASE("answers that are no success are told by cause and not asked again") {
    struct Row {
        int status;
        std::string code;
        Cause cause;
    };
    for (const Row& row :
         {Row{403, "InvalidClientTokenId", Cause::unknown_key},
          Row{403, "SignatureDoesNotMatch", Cause::wrong_secret},
          Row{403, "AccessDenied", Cause::denied}, Row{400, "ExpiredToken", Cause::expired},
          Row{403, "RegionDisabledException", Cause::region_off},
          Row{400, "PackedPolicyTooLarge", Cause::bad_request}, Row{301, "", Cause::unknown}}) {
        CAPTURE(row.code);
        StsWorld world([&](const SentRequest&) {
            return respond(row.status, xml_error(row.code, "no"), {{"Location", "https://evil/"}});
        });
        try {
            world.sts.assume_role(user_keys(), puller(), {});
            FAIL("no error");
        } catch (const AwsError& error) {
            CHECK(error.cause == row.cause);
            CHECK(error.request_id == "r-1");
            CHECK(std::string(error.what()).find("secret/key") == std::string::npos);
        }
        CHECK(world.transport.sent().size() == 1);
    }
}

TEST_CASE("a wrong clock is corrected by the server's Date, once, and remembered") {
    StsWorld world(at_noon);
    world.sts.caller(user_keys(), {});
    CHECK(world.transport.sent().size() == 2);
    world.sts.caller(user_keys(), {});
    CHECK(world.transport.sent().size() == 3);

    StsWorld stubborn([](const SentRequest&) {
        return respond(403, xml_error("RequestExpired", "no"),
                       {{"Date", "Thu, 27 Nov 2025 12:00:00 GMT"}});
    });
    try {
        stubborn.sts.caller(user_keys(), {});
        FAIL("no error");
    } catch (const AwsError& error) {
        CHECK(error.cause == Cause::clock_skew);
        CHECK(error.message().find("behind AWS's") != std::string::npos);
    }
    CHECK(stubborn.transport.sent().size() == 2);
}

TEST_CASE("a clock that another call has corrected meanwhile is news to this one") {
    StsWorld* meanwhile = nullptr;
    StsWorld world([&](const SentRequest& request) {
        if (auto* other = std::exchange(meanwhile, nullptr)) other->sts.caller(user_keys(), {});
        return at_noon(request);
    });
    meanwhile = &world;
    world.sts.caller(user_keys(), {});
    CHECK(world.transport.sent().size() == 4);
}

TEST_CASE("throttling and failures are waited for, at most three times in all") {
    int calls = 0;
    StsWorld world([&](const SentRequest&) {
        if (++calls < 3)
            return respond(400, xml_error("Throttling", "Rate exceeded"), {{"Retry-After", "2"}});
        return respond(200, caller_answer("arn:aws:sts::123456789012:assumed-role/r/s"));
    });
    CHECK(world.sts.caller(user_keys(), {}).is_role_session());
    CHECK(world.clock.slept() >= 4s);
    CHECK(world.clock.slept() < 10s);

    StsWorld down([](const SentRequest&) -> net::HttpResponse {
        throw Error(ErrorCode::unreachable, "no route");
    });
    CHECK_THROWS_AS(down.sts.caller(user_keys(), {}), Error);
    CHECK(down.transport.sent().size() == 3);

    StsWorld busy([](const SentRequest&) { return respond(503, "<html>"); });
    CHECK_THROWS_AS(busy.sts.caller(user_keys(), {}), AwsError);
    CHECK(busy.transport.sent().size() == 3);
}

TEST_CASE("what is not STS's answer is an error that says so") {
    for (const std::string body : {"", "{}", "<html></html>", "<GetCallerIdentityResponse/>",
                                   "<!DOCTYPE a><GetCallerIdentityResponse/>"}) {
        StsWorld world([&](const SentRequest&) { return respond(200, body); });
        CHECK_THROWS_WITH_AS(world.sts.caller(user_keys(), {}),
                             "STS answered GetCallerIdentity with something that is not its answer",
                             Error);
    }
}

TEST_CASE("roles are checked before anything is sent") {
    struct Row {
        RoleRequest request;
        std::string expected;
    };
    const auto with = [](auto&& change) {
        RoleRequest request = puller();
        change(request);
        return request;
    };
    const std::vector<Row> rows = {
        {with([](auto& r) { r.role_arn = "puller"; }), "characters"},
        {with([](auto& r) { r.role_arn = "arn:aws:iam::123456789012:user/puller"; }),
         "not a role's"},
        {with([](auto& r) { r.role_arn = "arn:aws:iam::12345:role/puller/deep"; }), "12 digits"},
        {with([](auto& r) { r.role_arn = "arn:aws-xx:iam::123456789012:role/p"; }), "not known"},
        {with([](auto& r) { r.role_arn = "arn:aws-cn:iam::123456789012:role/p"; }), "partition"},
        {with([](auto& r) { r.role_arn = sts_role + "\nX"; }), "control"},
        {with([](auto& r) { r.session_name = "x"; }), "session name"},
        {with([](auto& r) { r.session_name = "a b"; }), "session name"},
        {with([](auto& r) { r.external_id = "a b"; }), "external id"},
        {with([](auto& r) { r.duration = 899s; }), "899 s"},
        {with([](auto& r) { r.duration = 43201s; }), "43201 s"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.expected);
        try {
            check_role(row.request, "eu-west-1");
            FAIL("accepted");
        } catch (const Error& error) {
            CHECK(error.code() == ErrorCode::usage);
            CHECK(error.message().find(row.expected) != std::string::npos);
            CHECK_FALSE(error.hint().empty());
        }
    }
    CHECK_NOTHROW(check_role(puller(), "eu-west-1"));
    CHECK(session_name("berth", "Team A/é") == "berth-Team-A---");
    CHECK(session_name("berth", std::string(100, 'x')).size() == 64);
    CHECK(session_name("", "") == "--");
}

TEST_CASE("an assumed role is renewed before its end, and the old one serves while it is good") {
    bool down = false;
    int number = 0;
    StsWorld* self = nullptr;
    StsWorld world([&](const SentRequest&) {
        if (down) return respond(503, "");
        return respond(200, assumed("AssumeRole", fmt::format("ASIA{}", ++number),
                                    self->clock.wall_now() + 1h));
    });
    self = &world;
    std::vector<std::string> warnings;
    AssumedRole source(std::make_shared<StaticKeys>(user_keys()), world.sts, puller(), world.clock,
                       [&](const Error& error) { warnings.push_back(error.message()); });
    const auto key = [&] { return source.credentials({}).access_key_id; };
    CHECK(key() == "ASIA1");
    world.clock.advance(59min);
    CHECK(key() == "ASIA1");
    CHECK(world.transport.sent().size() == 1);
    down = true;
    world.clock.advance(40s);
    CHECK(key() == "ASIA1");
    CHECK(warnings.size() == 1);
    const auto after_failure = world.transport.sent().size();
    CHECK(key() == "ASIA1");
    CHECK(world.transport.sent().size() == after_failure);
    world.clock.advance(20min);
    CHECK_THROWS_AS(key(), AwsError);
    down = false;
    CHECK(key() == "ASIA2");
    source.expired();
    CHECK(key() == "ASIA3");
}

TEST_CASE("a role assumed from a role's session lasts an hour at most, and asks who it is first") {
    StsWorld* self = nullptr;
    StsWorld world([&](const SentRequest& request) {
        if (asks(request, "Action=GetCallerIdentity"))
            return respond(200, caller_answer("arn:aws:sts::123456789012:assumed-role/a/b"));
        return respond(200, assumed("AssumeRole", "ASIA1", self->clock.wall_now() + 1h));
    });
    self = &world;
    Credentials session = user_keys();
    session.access_key_id = "ASIAIOSFODNN7EXAMPLE";
    session.session_token = Secret("token");
    RoleRequest request = puller();
    request.duration = 12h;
    AssumedRole chained(std::make_shared<StaticKeys>(session), world.sts, request, world.clock);
    chained.credentials({});
    CHECK(asks(world.transport.sent().at(1), "DurationSeconds=3600"));
    AssumedRole direct(std::make_shared<StaticKeys>(user_keys()), world.sts, request, world.clock);
    direct.credentials({});
    CHECK(asks(world.transport.sent().at(2), "DurationSeconds=43200"));
}

TEST_CASE("web identity reads its token at each renewal and signs nothing") {
    const auto folder = std::filesystem::temp_directory_path() / ("berth-aws-" + random_hex_16());
    std::filesystem::create_directory(folder);
    const std::string file = folder / "token";
    replace_file(file, "first.token\n", 0600);
    StsWorld* self = nullptr;
    StsWorld world([&](const SentRequest&) {
        return respond(200,
                       assumed("AssumeRoleWithWebIdentity", "ASIA1", self->clock.wall_now() + 1h));
    });
    self = &world;
    WebIdentity source(world.sts, {.role_arn = sts_role, .session_name = "berth"}, file,
                       world.clock);
    source.credentials({});
    replace_file(file, "second.token", 0600);
    source.expired();
    source.credentials({});
    CHECK(asks(world.transport.sent().at(0), "WebIdentityToken=first.token"));
    CHECK(asks(world.transport.sent().at(1), "WebIdentityToken=second.token"));
    CHECK(world.transport.sent().at(0).authorization.empty());
    replace_file(file, "two\nlines", 0600);
    source.expired();
    CHECK_THROWS_AS(source.credentials({}), Error);
    std::filesystem::remove_all(folder);
    CHECK_THROWS_AS(source.credentials({}), Error);
}

TEST_CASE("another secret, role or external id is another principal") {
    StsWorld world([](const SentRequest&) { return respond(500, ""); });
    const auto keys = std::make_shared<StaticKeys>(user_keys());
    Credentials rotated = user_keys();
    rotated.secret_access_key = Secret("another");
    const StaticKeys other(rotated);
    CHECK(keys->fingerprint() != other.fingerprint());
    CHECK(keys->fingerprint() == StaticKeys(user_keys()).fingerprint());
    RoleRequest changed = puller();
    changed.external_id = "another";
    const AssumedRole one(keys, world.sts, puller(), world.clock);
    const AssumedRole two(keys, world.sts, changed, world.clock);
    CHECK(one.fingerprint() != two.fingerprint());
    CHECK(one.fingerprint() != keys->fingerprint());
    CHECK(one.description().find("secret") == std::string::npos);
}

TEST_CASE("times that are none are not read") {
    for (const std::string bad :
         {"", "2025-11-27", "2025-11-27T12:00:00", "2025-13-27T12:00:00Z", "2025-02-30T12:00:00Z",
          "2025-11-27T24:00:00Z", "2025-11-27T12:00:00.Z", "2025-11-27T12:00:00.5xZ",
          "x025-11-27T12:00:00Z"})
        CHECK_FALSE(parse_iso_time(bad).has_value());
    CHECK(parse_http_date("Thu, 27 Nov 2025 12:00:00 GMT") ==
          parse_iso_time("2025-11-27T12:00:00Z"));
    for (const std::string bad : {"", "Thu, 27 Nov 2025 12:00:00 CET", "Thu, 27 Nov 2025 GMT",
                                  "27 Nov 2025 12:00:00 GMT", "Thu, 31 Feb 2025 12:00:00 GMT"})
        CHECK_FALSE(parse_http_date(bad).has_value());
}

TEST_CASE("a caller that is cancelled does not cancel those who wait for the same renewal") {
    ManualClock clock;
    Renewing<int> held(clock, {});
    std::stop_source stop;
    std::jthread other;
    const auto cancelled = [&]() -> Renewing<int>::Timed {
        other = std::jthread([&] {
            CHECK(held.get(
                      [&] {
                          return Renewing<int>::Timed{7, clock.wall_now() + 1h};
                      },
                      {}) == 7);
        });
        throw Error(ErrorCode::cancelled, "stopped");
    };
    CHECK_THROWS_AS(held.get(cancelled, stop.get_token()), Error);
    other.join();
    CHECK(held.get([]() -> Renewing<int>::Timed { throw Error(); }, {}) == 7);
    held.drop();
    CHECK_THROWS_AS(held.get([]() -> Renewing<int>::Timed { throw Error(); }, {}), Error);
}

} // namespace
} // namespace berth::aws
