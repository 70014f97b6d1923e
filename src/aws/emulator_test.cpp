// Our client against tests/aws/emulator, which clients of others have proven. tests/aws/ours.sh
// starts it and sets BERTH_AWS_EMULATOR to its URL; without it these cases skip, and say so.
#include "aws/ecr_credentials.hpp"
#include "aws/error.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cstdlib>
#include <optional>

namespace berth::aws {
namespace {

const std::string emulated_role = "arn:aws:iam::123456789012:role/puller";

std::shared_ptr<StaticKeys> keys(const std::string& id, const std::string& secret) {
    return std::make_shared<StaticKeys>(
        Credentials{.access_key_id = id, .secret_access_key = Secret(secret)});
}

/// The emulator through the real transport.
struct Emulator {
    explicit Emulator(const std::string& url)
        : transport(net::make_curl_transport({})),
          api(*transport, clock,
              {.endpoints = {.url = url}, .first_wait = std::chrono::milliseconds(10)}),
          sts(api, "eu-west-1") {}
    EcrClient client(std::shared_ptr<CredentialSource> source) {
        return {api,
                std::move(source),
                {.service = Service::ecr, .region = "eu-west-1", .account = "123456789012"}};
    }
    SystemClock clock;
    std::unique_ptr<net::HttpTransport> transport;
    Api api;
    Sts sts;
};

std::optional<std::string> emulator_url() {
    const char* url = std::getenv("BERTH_AWS_EMULATOR");
    if (url != nullptr) return url;
    fmt::print("SKIPPED: BERTH_AWS_EMULATOR is not set; run tests/aws/ours.sh\n");
    return std::nullopt;
}

template <class Act>
Cause cause_of_error(const Act& act) {
    try {
        act();
    } catch (const AwsError& error) {
        CHECK(error.message().find("secret+key") == std::string::npos);
        return error.cause;
    }
    return Cause::unknown;
}

const auto reader = [] { return keys("AKIAREADER0000000000", "reader/secret+key"); };

TEST_CASE("emulator: identities, roles and their refusals") {
    const auto url = emulator_url();
    if (!url) return;
    Emulator aws(*url);
    CHECK(aws.sts.caller(reader()->credentials({}), {}).account == "123456789012");
    RoleRequest request{
        .role_arn = emulated_role, .session_name = "berth", .external_id = "tenant-1"};
    AssumedRole puller(reader(), aws.sts, request, aws.clock);
    CHECK(aws.sts.caller(puller.credentials({}), {}).is_role_session());
    const auto assume = [&](auto&& change) {
        RoleRequest other = request;
        change(other);
        return cause_of_error(
            [&] { AssumedRole(reader(), aws.sts, other, aws.clock).credentials({}); });
    };
    CHECK(assume([](auto& r) { r.external_id = "other"; }) == Cause::denied);
    CHECK(assume([](auto& r) { r.external_id = ""; }) == Cause::denied);
    CHECK(assume([](auto& r) { r.role_arn += "x"; }) == Cause::denied);
    const auto caller = [&](const std::string& id, const std::string& secret) {
        return cause_of_error([&] { aws.sts.caller(keys(id, secret)->credentials({}), {}); });
    };
    CHECK(caller("AKIAREADER0000000000", "wrong") == Cause::wrong_secret);
    CHECK(caller("AKIAUNKNOWN000000000", "x") == Cause::unknown_key);
    const Credentials web = aws.sts.assume_role_with_web_identity(
        {.role_arn = emulated_role, .session_name = "web"}, Secret("header.payload.signature"), {});
    CHECK(aws.sts.caller(web, {}).is_role_session());
    CHECK(cause_of_error([&] {
              aws.sts.assume_role_with_web_identity(
                  {.role_arn = emulated_role, .session_name = "web"}, Secret("header.x.y"), {});
          }) == Cause::identity_token);
}

TEST_CASE("emulator: a chain of roles is shortened to the hour that AWS allows") {
    const auto url = emulator_url();
    if (!url) return;
    Emulator aws(*url);
    const auto first = std::make_shared<AssumedRole>(
        reader(), aws.sts,
        RoleRequest{.role_arn = emulated_role, .session_name = "berth", .external_id = "tenant-1"},
        aws.clock);
    AssumedRole chained(first, aws.sts,
                        {.role_arn = "arn:aws:iam::123456789012:role/chained",
                         .session_name = "next",
                         .duration = std::chrono::hours(12)},
                        aws.clock);
    CHECK(aws.sts.caller(chained.credentials({}), {}).arn.find("assumed-role/chained/next") !=
          std::string::npos);
}

TEST_CASE("emulator: repositories, images and policies through a role's session") {
    const auto url = emulator_url();
    if (!url) return;
    Emulator aws(*url);
    EcrClient client = aws.client(std::make_shared<AssumedRole>(
        reader(), aws.sts,
        RoleRequest{.role_arn = emulated_role, .session_name = "berth", .external_id = "tenant-1"},
        aws.clock));
    const auto found = client.repositories("", {});
    REQUIRE(found.items.size() == 3);
    CHECK(found.items[0].tag_mutability == "IMMUTABLE");
    CHECK(client.image_ids("team/app", "", {}).items.size() == 3);
    const auto images = client.images("team/app", "", {}).items;
    CHECK(images.at(0).size == 1234);
    CHECK(images.at(0).tags.size() == 2);
    CHECK(client.registry({}).rules.at(0).prefixes.at(0) == "team/");
    CHECK(client.replication("team/app", images.at(0).digest, {}).at(0).status == "COMPLETE");
    CHECK(client.lifecycle_policy("team/app", {}).has_value());
    CHECK_FALSE(client.lifecycle_policy("team/chart", {}).has_value());
    CHECK(client.tags(found.items[0].arn, {}).at("team") == "x");
    CHECK(client.repository("team/app", {}).arn == found.items[0].arn);
    CHECK(client.image("team/app", "v1", {}).last_pulled.has_value());
    CHECK(client.image("team/app", "v1", {}).findings.at("HIGH") == 1);
    CHECK(client.scan("team/app", "v1", {})->findings.at(0).package == "openssl");
    CHECK_FALSE(client.scan("team/app", images.at(1).digest, {}).has_value());
    CHECK(cause_of_error([&] { client.image_ids("absent", "", {}); }) == Cause::absent);
}

TEST_CASE("emulator: refusals name the policy that is in the way") {
    const auto url = emulator_url();
    if (!url) return;
    Emulator aws(*url);
    const auto policy_of = [&](const std::shared_ptr<CredentialSource>& source,
                               const std::string& repository) {
        try {
            aws.client(source).images(repository, "", {});
        } catch (const AwsError& error) {
            CHECK(error.denial.action == "ecr:DescribeImages");
            return error.denial.policy;
        }
        return PolicyKind::unnamed;
    };
    CHECK(policy_of(keys("AKIANOBODY0000000000", "nobody/secret+key"), "team/app") ==
          PolicyKind::identity);
    const auto bound = keys("AKIABOUND00000000000", "bound/secret+key");
    CHECK(policy_of(bound, "team/app") == PolicyKind::boundary);
    try {
        aws.client(bound).image_ids("team/secret", "", {});
        FAIL("accepted");
    } catch (const AwsError& error) {
        CHECK(error.denial.policy == PolicyKind::service_control);
        CHECK(error.denial.explicit_deny);
    }
}

TEST_CASE("emulator: one token per region for any number of pulls, and ECR Public's own") {
    const auto url = emulator_url();
    if (!url) return;
    Emulator aws(*url);
    TokenCache cache(aws.api);
    EcrCredentials credentials(cache, reader());
    for (int i = 0; i < 50; ++i)
        for (const std::string region : {"eu-west-1", "us-east-1"})
            CHECK(
                credentials.credential_for("123456789012.dkr.ecr." + region + ".amazonaws.com", "")
                    ->user == "AWS");
    CHECK(aws.api.sent().at("ecr GetAuthorizationToken eu-west-1") == 1);
    CHECK(aws.api.sent().at("ecr GetAuthorizationToken us-east-1") == 1);
    CHECK(credentials.credential_for("public.ecr.aws", "")->user == "AWS");
    EcrCredentials bound(cache, keys("AKIABOUND00000000000", "bound/secret+key"));
    try {
        bound.credential_for("public.ecr.aws", "");
        FAIL("accepted");
    } catch (const AwsError& error) {
        CHECK(error.denial.action == "sts:GetServiceBearerToken");
        CHECK(error.hint().find("ECR Public needs") != std::string::npos);
    }
}

} // namespace
} // namespace berth::aws
