#include "api/registries_fixture.hpp"
#include "aws/cloud.hpp"
#include "net/scripted_transport.hpp"

using namespace berth;
using namespace berth::api::testing;

namespace {

/// A cloud whose STS answers with `body`.
struct Sts {
    explicit Sts(std::map<std::string, std::string> variables, std::string body)
        : cloud(std::make_unique<net::ScriptedTransport>(
                    [body](const net::SentRequest&) { return net::respond(200, body); }),
                std::make_unique<net::ScriptedTransport>(
                    [](const net::SentRequest&) { return net::respond(404); }),
                clock, {.environment = aws::Environment(std::move(variables))}) {}
    ManualClock clock;
    aws::Cloud cloud;
};

const std::string caller =
    "<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::123456789012:user/berth"
    "</Arn><UserId>AIDA</UserId><Account>123456789012</Account></GetCallerIdentityResult>"
    "</GetCallerIdentityResponse>";
const std::map<std::string, std::string> keys = {{"AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE"},
                                                 {"AWS_SECRET_ACCESS_KEY", "secret"}};

} // namespace

TEST_CASE("the account that roles have to trust comes with an external id of the tenant's own") {
    RegistriesFixture api;
    Sts sts(keys, caller);
    api.outside.aws = &sts.cloud;
    const Answer answer = api.ask("GET", "/v1/clouds/aws/account/sts?partition=aws");
    REQUIRE(answer.status == 200);
    CHECK(answer.text("/accountId") == "123456789012");
    CHECK(answer.text("/partition") == "aws");
    const std::string external_id = answer.text("/externalId");
    CHECK(external_id.size() >= 32);
    CHECK(answer.text("/trustPolicy/Statement/0/Principal/AWS") ==
          "arn:aws:iam::123456789012:root");
    CHECK(answer.text("/trustPolicy/Statement/0/Condition/StringEquals/sts:ExternalId") ==
          external_id);
    CHECK(answer.text("/policy/Statement/0/Action/0") == "ecr:GetAuthorizationToken");
    CHECK(api.ask("GET", "/v1/clouds/aws/account/sts").text("/externalId") == external_id);
    api.person->tenant = "t2";
    CHECK(api.ask("GET", "/v1/clouds/aws/account/sts").text("/externalId") != external_id);
    CHECK(api.ask("GET", "/v1/clouds/aws/account/sts?partition=moon").status == 400);
}

TEST_CASE("without an identity at AWS the answer says what is missing") {
    RegistriesFixture api;
    Sts sts({{"AWS_EC2_METADATA_DISABLED", "true"}}, caller);
    api.outside.aws = &sts.cloud;
    const Answer answer = api.ask("GET", "/v1/clouds/aws/account/sts");
    CHECK(answer.status == 400);
    CHECK(answer.code() == "AwsIdentityMissing");
    CHECK(answer.text("/details/hint").find("AWS_ACCESS_KEY_ID") != std::string::npos);
    const Answer policies = api.ask("GET", "/v1/clouds/aws/policies");
    CHECK(policies.status == 200);
    CHECK(policies.text("/ecr/Statement/0/Action/0") == "ecr:GetAuthorizationToken");
    CHECK(policies.text("/ecrFill/Statement/0/Action/4") == "ecr:PutImage");
    CHECK(policies.text("/ecrPublic/Statement/0/Action/10") == "sts:GetServiceBearerToken");
}
