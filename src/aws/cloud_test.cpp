#include "aws/cloud.hpp"
#include "base/text.hpp"
#include "net/scripted_transport.hpp"

#include <doctest/doctest.h>
#include <fmt/chrono.h>

#include <string>

namespace berth::aws {
namespace {

using net::respond;
using net::SentRequest;

constexpr std::string_view cloud_session =
    "<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ASIA1</AccessKeyId>"
    "<SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>"
    "<Expiration>2100-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult>"
    "</AssumeRoleResponse>";

/// A cloud over a script; `sent` is what reached AWS.
struct CloudWorld {
    explicit CloudWorld(std::map<std::string, std::string> variables,
                        net::ScriptedTransport::Script script)
        : cloud(take(std::move(script)),
                std::make_unique<net::ScriptedTransport>(
                    [](const SentRequest&) { return respond(500); }),
                clock, {.environment = Environment(std::move(variables)), .patience = patience}) {}
    static constexpr std::chrono::seconds patience{5};
    ManualClock clock;
    net::ScriptedTransport* calls = nullptr;
    Cloud cloud;

private:
    std::unique_ptr<net::HttpTransport> take(net::ScriptedTransport::Script script) {
        auto made = std::make_unique<net::ScriptedTransport>(std::move(script));
        calls = made.get();
        return made;
    }
};

const std::map<std::string, std::string> with_keys = {{"AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE"},
                                                      {"AWS_SECRET_ACCESS_KEY", "secret"},
                                                      {"AWS_REGION", "eu-west-1"}};

RoleRequest request(const std::string& external_id = "") {
    return {.role_arn = "arn:aws:iam::123456789012:role/r",
            .session_name = "berth-1",
            .external_id = external_id};
}

TEST_CASE("the same role costs one session, another external id another one") {
    CloudWorld world(with_keys,
                     [](const SentRequest&) { return respond(200, std::string(cloud_session)); });
    const auto first =
        world.cloud.role(world.cloud.machine(), request(), world.cloud.sts("eu-west-1"));
    const auto second =
        world.cloud.role(world.cloud.machine(), request(), world.cloud.sts("eu-west-1"));
    CHECK(first == second);
    first->credentials({});
    second->credentials({});
    CHECK(world.calls->sent().size() == 1);
    CHECK(world.calls->sent().at(0).url == "https://sts.eu-west-1.amazonaws.com/");
    const auto other =
        world.cloud.role(world.cloud.machine(), request("tenant-2"), world.cloud.sts("eu-west-1"));
    CHECK(other != first);
    other->credentials({});
    CHECK(world.calls->sent().size() == 2);
}

TEST_CASE(
    "an hour of browsing and pulling in three regions costs one session and a token in each") {
    std::map<std::string, int> calls;
    CloudWorld* self = nullptr;
    CloudWorld world(with_keys, [&](const SentRequest& request) {
        const auto in_an_hour = self->clock.wall_now() + std::chrono::hours(1);
        std::string target(request.headers.find("X-Amz-Target").value_or("AssumeRole"));
        target.erase(0, target.find('.') + 1);
        ++calls[target == "AssumeRole" ? target : target + " " + request.url];
        if (target == "AssumeRole") {
            std::string answer(cloud_session);
            const std::string_view never = "2100-01-01T00:00:00Z";
            return respond(200, answer.replace(answer.find(never), never.size(),
                                               fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", in_an_hour)));
        }
        if (target == "DescribeRepositories") return respond(200, R"({"repositories":[]})");
        return respond(200, fmt::format(R"({{"authorizationData":[{{"authorizationToken":"{}",
            "expiresAt":4102444800.0}}]}})",
                                        to_base64("AWS:password")));
    });
    self = &world;
    const auto role =
        world.cloud.role(world.cloud.machine(), request(), world.cloud.sts("eu-west-1"));
    EcrCredentials credentials(world.cloud.tokens(), role, "123456789012");
    for (int minute = 0; minute < 60; ++minute) {
        for (const std::string region : {"eu-west-1", "eu-central-1", "us-east-1"}) {
            EcrClient client(
                world.cloud.api(), role,
                {.service = Service::ecr, .region = region, .account = "123456789012"});
            client.repositories("", {});
            const auto host = fmt::format("123456789012.dkr.ecr.{}.amazonaws.com", region);
            CHECK(credentials.credential_for(host, "team/app").has_value());
        }
        world.clock.advance(std::chrono::minutes(1));
    }
    CHECK(calls["AssumeRole"] == 1);
    CHECK(calls.size() == 7);
    for (const auto& [call, times] : calls) {
        CAPTURE(call);
        CHECK(times == (call.starts_with("DescribeRepositories") ? 60 : 1));
    }
}

TEST_CASE("a session comes from another region's STS where the first does not answer in time") {
    CloudWorld* self = nullptr;
    std::string dark = "sts.eu-west-1.";
    CloudWorld world(with_keys, [&](const SentRequest& sent) {
        CHECK(sent.patience == CloudWorld::patience);
        if (sent.url.find(dark) == std::string::npos)
            return respond(200, std::string(cloud_session));
        self->clock.advance(CloudWorld::patience);
        throw Error(ErrorCode::timeout, sent.url + " does not answer");
    });
    self = &world;
    const auto of = [&](const std::string& external_id) {
        return world.cloud.role(world.cloud.machine(), request(external_id),
                                world.cloud.sts("eu-west-1", {"us-east-1", "eu-central-1"}));
    };
    CHECK(of("first")->credentials({}).access_key_id == "ASIA1");
    const auto sent = world.calls->sent();
    REQUIRE(sent.size() == 2); // the dark one once: its time is over
    CHECK(sent[1].url == "https://sts.us-east-1.amazonaws.com/");
    CHECK(sent[1].authorization.find("/us-east-1/sts/") != std::string::npos);
    dark = "sts.";
    try {
        of("second")->credentials({});
        FAIL("a session out of nowhere");
    } catch (const Error& error) {
        CHECK(error.code() == ErrorCode::timeout);
        CHECK(error.message() ==
              "https://sts.eu-west-1.amazonaws.com/ does not answer; nor does "
              "STS answer in us-east-1, eu-central-1");
        CHECK(error.hint().find("the way to AWS") != std::string::npos);
    }
}

TEST_CASE("what STS refuses in one region is asked for in no other") {
    CloudWorld world(with_keys, [](const SentRequest&) {
        return respond(403,
                       "<ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message>"
                       "</Error></ErrorResponse>");
    });
    const auto role = world.cloud.role(world.cloud.machine(), request(),
                                       world.cloud.sts("eu-west-1", {"us-east-1"}));
    CHECK_THROWS_AS(role->credentials({}), Error);
    CHECK(world.calls->sent().size() == 1);
}

TEST_CASE("the environment's endpoint and region are used, and us-east-1 without one") {
    auto variables = with_keys;
    variables["AWS_ENDPOINT_URL_STS"] = "http://127.0.0.1:9/";
    CloudWorld world(variables,
                     [](const SentRequest&) { return respond(200, std::string(cloud_session)); });
    CHECK(world.cloud.home_region() == "eu-west-1");
    world.cloud.role(world.cloud.machine(), request(), world.cloud.sts("us-west-2"))
        ->credentials({});
    CHECK(world.calls->sent().at(0).url == "http://127.0.0.1:9/");
    CloudWorld bare({}, [](const SentRequest&) { return respond(500); });
    CHECK(bare.cloud.home_region() == "us-east-1");
    for (const std::string url : {"http://127.0.0.1.evil.tld/", "http://127.evil/"}) {
        CAPTURE(url);
        variables["AWS_ENDPOINT_URL_STS"] = url;
        CloudWorld evil(variables, [](const SentRequest&) { return respond(500); });
        CHECK_THROWS_AS(
            evil.cloud.role(evil.cloud.machine(), request(), evil.cloud.sts("us-west-2"))
                ->credentials({}),
            Error);
        CHECK(evil.calls->sent().empty());
    }
}

} // namespace
} // namespace berth::aws
