#include "aws/ecr_credentials.hpp"
#include "aws/error.hpp"
#include "base/text.hpp"
#include "net/scripted_transport.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <atomic>
#include <thread>
#include <vector>

namespace berth::aws {
namespace {

using namespace std::chrono_literals;
using net::respond;
using net::SentRequest;

const std::string host = "123456789012.dkr.ecr.eu-west-1.amazonaws.com";

std::shared_ptr<StaticKeys> keys(const std::string& secret = "secret/key") {
    return std::make_shared<StaticKeys>(
        Credentials{.access_key_id = "AKIAIOSFODNN7EXAMPLE", .secret_access_key = Secret(secret)});
}

std::string operation_of(const SentRequest& request) {
    const std::string target(request.headers.find("X-Amz-Target").value_or("."));
    return target.substr(target.find('.') + 1);
}

std::string token_answer(std::string_view password, std::chrono::system_clock::time_point expires,
                         bool in_list = true) {
    const double seconds = std::chrono::duration<double>(expires.time_since_epoch()).count() + 0.25;
    const std::string data = fmt::format(
        R"({{"authorizationToken":"{}","expiresAt":{:.3f},"proxyEndpoint":"https://x"}})",
        to_base64(fmt::format("AWS:{}", password)), seconds);
    return fmt::format(R"({{"authorizationData":{}}})", in_list ? "[" + data + "]" : data);
}

struct EcrWorld {
    explicit EcrWorld(net::ScriptedTransport::Script script)
        : transport(std::move(script)), api(transport, clock, {}) {}
    EcrClient client(Service service = Service::ecr) {
        return {
            api, keys(), {.service = service, .region = "eu-west-1", .account = "123456789012"}};
    }
    ManualClock clock;
    net::ScriptedTransport transport;
    Api api;
};

TEST_CASE("a call is a signed JSON POST with its target, account and page") {
    EcrWorld world([](const SentRequest& request) {
        if (request.body.find("nextToken") == std::string::npos)
            return respond(200, R"({"repositories":[{"repositoryName":"a","repositoryArn":"arn:a",
                "createdAt":1700000000.5,"imageTagMutability":"IMMUTABLE_WITH_EXCLUSION",
                "imageScanningConfiguration":{"scanOnPush":true},
                "encryptionConfiguration":{"encryptionType":"KMS"}}],"nextToken":"n+1"})");
        return respond(200, R"({"repositories":[{"repositoryName":"b"}]})");
    });
    EcrClient client = world.client();
    const auto listing = all_pages<RepositoryRecord>(
        1000, [&](const std::string& page) { return client.repositories(page, {}); });
    CHECK(listing.whole);
    REQUIRE(listing.items.size() == 2);
    CHECK(listing.items[0].tag_mutability == "IMMUTABLE_WITH_EXCLUSION");
    CHECK(listing.items[0].scan_on_push);
    CHECK(listing.items[0].encryption == "KMS");
    CHECK(listing.items[0].created->time_since_epoch() == 1700000000500ms);
    CHECK_FALSE(listing.items[1].created.has_value());
    const SentRequest first = world.transport.sent().at(0);
    CHECK(first.url == "https://api.ecr.eu-west-1.amazonaws.com/");
    CHECK(first.headers.find("Content-Type") == "application/x-amz-json-1.1");
    CHECK(first.headers.find("X-Amz-Target") ==
          "AmazonEC2ContainerRegistry_V20150921.DescribeRepositories");
    CHECK(first.body == R"({"registryId":"123456789012","maxResults":1000})");
    CHECK(first.authorization.find("/eu-west-1/ecr/aws4_request") != std::string::npos);
    CHECK(world.transport.sent().at(1).body.find(R"("nextToken":"n+1")") != std::string::npos);
}

TEST_CASE("a listing stops at its limit, and at a page that names itself") {
    int calls = 0;
    EcrWorld world([&](const SentRequest&) {
        ++calls;
        return respond(200, R"({"imageIds":[{"imageDigest":"d","imageTag":"t"},{"imageDigest":"e"}],
                              "nextToken":"same"})");
    });
    EcrClient client = world.client();
    const auto fetch = [&](const std::string& page) { return client.image_ids("r", page, {}); };
    const auto cut = all_pages<ImageId>(3, fetch);
    CHECK_FALSE(cut.whole);
    CHECK(cut.items.size() == 3);
    CHECK(cut.items[1].tag.empty());
    CHECK(all_pages<ImageId>(1000, fetch).items.size() == 4);
}

TEST_CASE("images, replication, policies and tags are read, and unknown words pass through") {
    EcrWorld world([](const SentRequest& request) {
        const std::string operation = operation_of(request);
        if (operation == "DescribeImages")
            return respond(200, R"({"imageDetails":[{"imageDigest":"sha256:1","imageTags":["a","b"],
                "imageSizeInBytes":123456789012,"imagePushedAt":1700000000,
                "imageManifestMediaType":"m","artifactMediaType":"c","imageStatus":"BRAND_NEW",
                "imageScanStatus":{"status":"COMPLETE"},
                "imageScanFindingsSummary":{"findingSeverityCounts":{"HIGH":3,"LOW":1}}},
                {"imageDigest":"sha256:2"}]})");
        if (operation == "DescribeRegistry")
            return respond(200, R"({"registryId":"123456789012","replicationConfiguration":{"rules":
                [{"destinations":[{"region":"us-east-1","registryId":"123456789012"}],
                "repositoryFilters":[{"filter":"prod/","filterType":"PREFIX_MATCH"}]}]}})");
        if (operation == "DescribeImageReplicationStatus")
            return respond(200, R"({"replicationStatuses":[{"region":"us-east-1","registryId":"1",
                "status":"FAILED","failureCode":"KmsError"}]})");
        if (operation == "ListTagsForResource")
            return respond(200, R"({"tags":[{"Key":"team","Value":"x"}]})");
        if (operation == "GetRepositoryPolicy")
            return respond(400, R"({"__type":"RepositoryPolicyNotFoundException","message":"no"})");
        return respond(200, R"({"lifecyclePolicyText":"{\"rules\":[]}"})");
    });
    EcrClient client = world.client();
    const auto images = client.images("r", "", {}).items;
    CHECK(images.at(0).size == 123456789012U);
    CHECK(images.at(0).status == "BRAND_NEW");
    CHECK(images.at(0).findings.at("HIGH") == 3);
    CHECK(images.at(1).tags.empty());
    CHECK(client.registry({}).rules.at(0).destinations.at(0).region == "us-east-1");
    CHECK(client.registry({}).rules.at(0).prefixes.at(0) == "prod/");
    CHECK(client.replication("r", "sha256:1", {}).at(0).failure_code == "KmsError");
    CHECK(client.tags("arn:r", {}).at("team") == "x");
    CHECK_FALSE(client.repository_policy("r", {}).has_value());
    CHECK(client.lifecycle_policy("r", {}) == R"({"rules":[]})");
}

TEST_CASE("answers that are not ECR's are errors that say so") {
    for (const std::string body : {"", "[]", "<html>", R"({"imageDetails":5})",
                                   R"({"imageDetails":[{}]})", R"({"imageDetails":["x"]})"}) {
        CAPTURE(body);
        EcrWorld world([&](const SentRequest&) { return respond(200, body); });
        try {
            world.client().images("r", "", {});
            FAIL("accepted");
        } catch (const Error& error) {
            CHECK(error.code() == ErrorCode::response_invalid);
        }
    }
    for (const std::string body :
         {R"({"authorizationData":[]})", R"({"authorizationData":[{"authorizationToken":"!"}]})",
          R"({"authorizationData":[{"authorizationToken":"QVdT","expiresAt":1700000000}]})",
          R"({"authorizationData":[{"authorizationToken":"QVdTOng="}]})"}) {
        CAPTURE(body);
        EcrWorld world([&](const SentRequest&) { return respond(200, body); });
        CHECK_THROWS_AS(world.client().authorization_token({}), Error);
    }
}

TEST_CASE("a token serves every account of its region, and is fetched once by 32 threads") {
    EcrWorld* self = nullptr;
    std::atomic<int> calls{0};
    EcrWorld world([&](const SentRequest&) {
        std::this_thread::sleep_for(20ms);
        return respond(
            200, token_answer(fmt::format("password:{}", ++calls), self->clock.wall_now() + 12h));
    });
    self = &world;
    TokenCache cache(world.api);
    EcrCredentials credentials(cache, keys());
    std::vector<std::jthread> threads;
    std::atomic<int> right{0};
    for (int i = 0; i < 32; ++i)
        threads.emplace_back([&] {
            const auto found = credentials.credential_for(host, "team/app");
            if (found && found->user == "AWS" && found->password.reveal() == "password:1") ++right;
        });
    threads.clear();
    CHECK(right == 32);
    CHECK(calls == 1);
    CHECK(credentials.credential_for("999999999999.dkr.ecr.eu-west-1.amazonaws.com", "")
              ->password.reveal() == "password:1");
    CHECK(calls == 1);
    credentials.credential_for("123456789012.dkr.ecr.us-east-1.amazonaws.com", "");
    CHECK(calls == 2);
    EcrCredentials rotated(cache, keys("another"));
    rotated.credential_for(host, "");
    CHECK(calls == 3);
    CHECK(world.transport.sent().at(0).body == "{}");
}

TEST_CASE("a token is renewed from half of its life; a failure matters only once it has ended") {
    EcrWorld* self = nullptr;
    bool denied = false;
    int calls = 0;
    EcrWorld world([&](const SentRequest&) {
        ++calls;
        if (denied)
            return respond(400, R"({"__type":"AccessDeniedException",
                "message":"User: u is not authorized to perform: a:b on resource: *"})");
        return respond(200, token_answer(fmt::format("p{}", calls), self->clock.wall_now() + 12h));
    });
    self = &world;
    std::vector<std::string> warnings;
    TokenCache cache(world.api, [&](const Error& error) { warnings.push_back(error.message()); });
    EcrCredentials credentials(cache, keys());
    const auto password = [&] { return credentials.credential_for(host, "")->password.reveal(); };
    CHECK(password() == "p1");
    world.clock.advance(5h);
    CHECK(password() == "p1");
    world.clock.advance(2h);
    CHECK(password() == "p2");
    denied = true;
    world.clock.advance(7h);
    CHECK(password() == "p2");
    CHECK(password() == "p2");
    CHECK(calls == 3);
    CHECK(warnings.size() == 1);
    world.clock.advance(5h + 1s);
    CHECK_THROWS_AS(password(), AwsError);
    denied = false;
    CHECK(password() == "p5");
}

TEST_CASE("a rejected token is forgotten once, not the one that came after it") {
    EcrWorld* self = nullptr;
    int calls = 0;
    EcrWorld world([&](const SentRequest&) {
        return respond(200,
                       token_answer(fmt::format("p{}", ++calls), self->clock.wall_now() + 12h));
    });
    self = &world;
    TokenCache cache(world.api);
    EcrCredentials credentials(cache, keys());
    const registry::Credential first = *credentials.credential_for(host, "");
    credentials.expired(host, first);
    CHECK(credentials.credential_for(host, "")->password.reveal() == "p2");
    credentials.expired(host, first);
    CHECK(credentials.credential_for(host, "")->password.reveal() == "p2");
    credentials.expired("ghcr.io", first);
    CHECK(credentials.credential_for(host, "")->password.reveal() == "p2");
}

TEST_CASE("who has no keys is anonymous to ECR Public and refused by private ECR") {
    EcrWorld world([](const SentRequest&) { return respond(500, ""); });
    TokenCache cache(world.api);
    EcrCredentials nobody(cache, nullptr);
    CHECK_FALSE(nobody.credential_for("public.ecr.aws", "nginx/nginx").has_value());
    CHECK_FALSE(nobody.credential_for("ghcr.io", "").has_value());
    CHECK_THROWS_WITH_AS(nobody.credential_for(host, ""),
                         ("the ECR registry " + host +
                          " has no credentials, and a private ECR registry is never anonymous")
                             .c_str(),
                         Error);
    EcrCredentials bound(cache, keys(), "123456789012");
    CHECK_FALSE(
        bound.credential_for("999999999999.dkr.ecr.eu-west-1.amazonaws.com", "").has_value());
    CHECK_FALSE(bound.credential_for(host + ".evil.tld", "").has_value());
    CHECK(world.transport.sent().empty());
}

TEST_CASE("ECR Public's token comes from its home region, as one object") {
    EcrWorld* self = nullptr;
    EcrWorld world([&](const SentRequest&) {
        return respond(200, token_answer("pub", self->clock.wall_now() + 12h, false));
    });
    self = &world;
    TokenCache cache(world.api);
    EcrCredentials credentials(cache, keys());
    CHECK(credentials.credential_for("public.ecr.aws", "")->password.reveal() == "pub");
    const SentRequest sent = world.transport.sent().at(0);
    CHECK(sent.url == "https://api.ecr-public.us-east-1.amazonaws.com/");
    CHECK(sent.headers.find("X-Amz-Target") == "SpencerFrontendService.GetAuthorizationToken");
    CHECK(sent.authorization.find("/us-east-1/ecr-public/aws4_request") != std::string::npos);
}

TEST_CASE("an expired session is asked for anew, once") {
    class Counting final : public CredentialSource {
    public:
        Credentials credentials(std::stop_token) override { return keys()->credentials({}); }
        void expired() override { ++renewals; }
        std::string description() const override { return "test"; }
        std::string fingerprint() const override { return "test"; }
        int renewals = 0;
    };
    const auto source = std::make_shared<Counting>();
    EcrWorld world([&](const SentRequest&) {
        if (source->renewals == 0)
            return respond(400, R"({"__type":"ExpiredTokenException","message":"expired"})");
        return respond(200, R"({"repositories":[]})");
    });
    EcrClient client(world.api, source, {.service = Service::ecr, .region = "eu-west-1"});
    CHECK(client.repositories("", {}).items.empty());
    CHECK(source->renewals == 1);
    CHECK(world.transport.sent().size() == 2);
}

} // namespace
} // namespace berth::aws
