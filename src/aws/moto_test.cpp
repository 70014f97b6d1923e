// Our client against moto, whose answers are of people who do not know us. tests/aws/moto.sh starts
// it, fills it by botocore and sets BERTH_AWS_MOTO to its URL; without it these cases skip, and say
// so.
#include "aws/ecr_credentials.hpp"
#include "aws/error.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cstdlib>
#include <optional>

namespace berth::aws {
namespace {

struct Moto {
    explicit Moto(const std::string& url)
        : transport(net::make_curl_transport({})),
          api(*transport, clock, {.endpoints = {.url = url}}),
          sts(api, "eu-west-1") {}
    std::shared_ptr<CredentialSource> reader = std::make_shared<StaticKeys>(Credentials{
        .access_key_id = "AKIAREADER0000000000", .secret_access_key = Secret("reader/secret+key")});
    SystemClock clock;
    std::unique_ptr<net::HttpTransport> transport;
    Api api;
    Sts sts;
    EcrClient client{
        api, reader, {.service = Service::ecr, .region = "eu-west-1", .account = "123456789012"}};
};

std::optional<std::string> moto_url() {
    const char* url = std::getenv("BERTH_AWS_MOTO");
    if (url != nullptr) return url;
    fmt::print("SKIPPED: BERTH_AWS_MOTO is not set; run tests/aws/moto.sh\n");
    return std::nullopt;
}

TEST_CASE("moto: a role's session and ECR's token") {
    const auto url = moto_url();
    if (!url) return;
    Moto aws(*url);
    CHECK(aws.sts.caller(aws.reader->credentials({}), {}).account == "123456789012");
    AssumedRole puller(
        aws.reader, aws.sts,
        {.role_arn = "arn:aws:iam::123456789012:role/puller", .session_name = "berth"}, aws.clock);
    CHECK(puller.credentials({}).expires > aws.clock.wall_now());
    TokenCache cache(aws.api);
    EcrCredentials credentials(cache, aws.reader);
    const auto token =
        credentials.credential_for("123456789012.dkr.ecr.eu-west-1.amazonaws.com", "");
    CHECK(token->user == "AWS");
}

TEST_CASE("moto: repositories with their settings, policies, tags and rules") {
    const auto url = moto_url();
    if (!url) return;
    Moto aws(*url);
    EcrClient& client = aws.client;
    CHECK(client.repositories("", {}).items.size() == 2);
    const RepositoryRecord app = client.repository("team/app", {});
    CHECK(app.arn == "arn:aws:ecr:eu-west-1:123456789012:repository/team/app");
    CHECK(app.tag_mutability == "IMMUTABLE");
    CHECK(app.scan_on_push);
    CHECK(app.created.has_value());
    CHECK(client.lifecycle_policy("team/app", {})->find("untagged") != std::string::npos);
    CHECK_FALSE(client.lifecycle_policy("team/empty", {}).has_value());
    CHECK(client.tags(app.arn, {}).at("team") == "x");
    CHECK(client.registry({}).rules.at(0).covers("team/app", {"us-east-1", "123456789012"}));
    try {
        client.repository("absent", {});
        FAIL("found");
    } catch (const AwsError& error) {
        CHECK(error.cause == Cause::absent);
    }
}

TEST_CASE("moto: an image with its tags, manifest and scan") {
    const auto url = moto_url();
    if (!url) return;
    Moto aws(*url);
    EcrClient& client = aws.client;
    const std::string digest = std::getenv("BERTH_AWS_MOTO_DIGEST");
    const ImageRecord image = client.image("team/app", "v1", {});
    CHECK(image.digest == digest);
    CHECK(image.tags.size() == 2);
    CHECK(image.pushed.has_value());
    CHECK(client.image_ids("team/app", "", {}).items.size() == 2);
    CHECK(client.images("team/empty", "", {}).items.empty());
    CHECK(client.manifests("team/app", {digest}, {}).at(0).text.find("\"layers\"") !=
          std::string::npos);
    const auto scan = client.scan("team/app", "v1", {});
    REQUIRE(scan.has_value());
    CHECK(scan->status == "COMPLETE");
    CHECK(scan->completed.has_value());
    CHECK(scan->counts.at(scan->findings.at(0).severity) >= 1);
    CHECK_FALSE(scan->findings.at(0).package.empty());
}

} // namespace
} // namespace berth::aws
