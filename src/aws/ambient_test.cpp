#include "aws/ambient.hpp"
#include "aws/metadata.hpp"
#include "aws/profile_file.hpp"
#include "base/file.hpp"
#include "net/scripted_transport.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <filesystem>
#include <vector>

namespace berth::aws {
namespace {

using namespace std::chrono_literals;
using net::respond;
using net::SentRequest;

const std::string role = "arn:aws:iam::123456789012:role/r";

/// A folder that is removed with the test.
struct Folder {
    Folder() { std::filesystem::create_directory(path); }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    ~Folder() { std::filesystem::remove_all(path); }
    std::string write(const std::string& name, const std::string& text) const {
        replace_file(path / name, text, 0600);
        return path / name;
    }
    const std::filesystem::path path =
        std::filesystem::temp_directory_path() / ("berth-aws-" + random_hex_16());
};

struct World {
    explicit World(net::ScriptedTransport::Script script)
        : transport(std::move(script)), api(transport, clock, {}), sts(api, "eu-west-1") {}
    AmbientIdentity identity(std::map<std::string, std::string> variables) {
        return {Environment(std::move(variables)), sts, transport, clock};
    }
    ManualClock clock;
    net::ScriptedTransport transport;
    Api api;
    Sts sts;
};

net::HttpResponse nothing(const SentRequest&) {
    throw Error(ErrorCode::unreachable, "no route to 169.254.169.254");
}

std::string message_of(AmbientIdentity identity) {
    try {
        identity.credentials({});
    } catch (const Error& error) {
        return error.message();
    }
    return "";
}

constexpr std::string_view session =
    "<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ASIA1</AccessKeyId>"
    "<SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>"
    "<Expiration>2100-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult>"
    "</AssumeRoleResponse>";

constexpr std::string_view handed_out =
    R"({"Code":"Success","AccessKeyId":"ASIAIOSFODNN7EXAMPLE","SecretAccessKey":"s",
        "Token":"t","Expiration":"2100-01-01T00:00:00Z"})";

TEST_CASE("profiles are read as AWS's own tools read them") {
    const auto config = parse_profiles(
        "# comment\n[default]\nregion = eu-west-1 # here\r\n"
        "s3 =\n  max = 3\n[profile  dev ]\nRole_Arn=a;b\n"
        "[profile \"two words\"]\nx = y = z\n[sso-session s]\nq=1\n"
        "[profiled]\nq=1\n; end\n",
        ProfileFileKind::config, "config");
    REQUIRE(config.has_value());
    CHECK(config->size() == 3);
    CHECK(config->at("default").at("region") == "eu-west-1");
    CHECK(config->at("default").count("max") == 0);
    CHECK(config->at("dev").at("role_arn") == "a;b");
    CHECK(config->at("two words").at("x") == "y = z");
    const auto credentials =
        parse_profiles("[dev]\nrole_arn=c\n", ProfileFileKind::credentials, "credentials");
    CHECK(merged(*config, *credentials).at("dev").at("role_arn") == "c");
    for (const std::string bad : {"a=b\n", "[default\n", "[default]\nnothing\n", "[d]\n=x\n"}) {
        CAPTURE(bad);
        const auto parsed = parse_profiles(bad, ProfileFileKind::credentials, "/home/x/file");
        REQUIRE(parsed.has_error());
        CHECK(parsed.error().message().find("/home/x/file") != std::string::npos);
        CHECK(parsed.error().message().find("line") != std::string::npos);
    }
}

TEST_CASE("variables go first, and half of a pair is an error rather than another identity") {
    const Folder folder;
    const std::string file = folder.write(
        "credentials", "[default]\naws_access_key_id=AKIAFROMTHEFILE00\naws_secret_access_key=f\n");
    World world(nothing);
    auto both = world.identity({{"AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE"},
                                {"AWS_SECRET_ACCESS_KEY", "s"},
                                {"AWS_SHARED_CREDENTIALS_FILE", file}});
    CHECK(both.credentials({}).access_key_id == "AKIAIOSFODNN7EXAMPLE");
    CHECK(both.description() == "access key AKIAIOSFODNN7EXAMPLE");
    CHECK(message_of(world.identity({{"AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE"},
                                     {"AWS_SHARED_CREDENTIALS_FILE", file}})) ==
          "AWS_ACCESS_KEY_ID is set without AWS_SECRET_ACCESS_KEY");
    auto from_file = world.identity({{"AWS_SHARED_CREDENTIALS_FILE", file}});
    CHECK(from_file.credentials({}).access_key_id == "AKIAFROMTHEFILE00");
    folder.write("credentials",
                 "[default]\naws_access_key_id=AKIAFROMTHEFILE11\naws_secret_access_key=g\n");
    from_file.expired();
    CHECK(from_file.credentials({}).access_key_id == "AKIAFROMTHEFILE11");
    CHECK(world.transport.sent().empty());
}

TEST_CASE("profiles that cannot be used say why, and nothing else is tried") {
    const Folder folder;
    struct Row {
        std::string config;
        std::string expected;
    };
    const std::string head = "[profile p]\n";
    const std::string with_role = head + "role_arn=" + role + "\n";
    const std::vector<Row> rows = {
        {"[profile q]\n", "no such profile"},
        {head + "credential_process=/bin/x\n", "credential_process"},
        {head + "sso_session=x\n", "sso_session"},
        {with_role + "source_profile=p\nmfa_serial=x\n", "mfa_serial"},
        {head + "aws_access_key_id=AKIAIOSFODNN7EXAMPLE\n", "without its secret"},
        {with_role, "no source"},
        {with_role + "source_profile=p\ncredential_source=Environment\n", "more than one source"},
        {with_role + "source_profile=q\n", "not there"},
        {with_role + "credential_source=Environment\n", "not there"},
        {with_role + "credential_source=Moon\n", "not there"},
        {with_role + "source_profile=q\n[profile q]\nregion=x\n", "no credentials"},
        {with_role + "source_profile=q\n[profile q]\nrole_arn=" + role + "\nsource_profile=p\n",
         "its own source"},
        {with_role + "source_profile=p\nduration_seconds=99999\n", "duration_seconds"},
        {head + "role_arn=nonsense\ncredential_source=Ec2InstanceMetadata\n", "ARN"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.expected);
        World world(nothing);
        const std::string file = folder.write("config", row.config);
        const std::string message =
            message_of(world.identity({{"AWS_CONFIG_FILE", file}, {"AWS_PROFILE", "p"}}));
        CAPTURE(message);
        CHECK(message.find(row.expected) != std::string::npos);
        CHECK(world.transport.sent().empty());
    }
}

TEST_CASE("a profile's role is assumed with the keys of its source") {
    const Folder folder;
    const std::string config =
        folder.write("config", "[profile p]\nrole_arn=" + role +
                                   "\nsource_profile=base\nexternal_id=e:1\nrole_session_name=ci\n"
                                   "duration_seconds=1800\n");
    const std::string credentials = folder.write(
        "credentials", "[base]\naws_access_key_id=AKIAFROMTHEFILE00\naws_secret_access_key=f\n");
    World world([](const SentRequest&) { return respond(200, std::string(session)); });
    auto identity = world.identity({{"AWS_CONFIG_FILE", config},
                                    {"AWS_SHARED_CREDENTIALS_FILE", credentials},
                                    {"AWS_PROFILE", "p"}});
    CHECK(identity.credentials({}).access_key_id == "ASIA1");
    CHECK(identity.credentials({}).access_key_id == "ASIA1");
    REQUIRE(world.transport.sent().size() == 1);
    const SentRequest sent = world.transport.sent().at(0);
    CHECK(sent.authorization.find("Credential=AKIAFROMTHEFILE00/") != std::string::npos);
    CHECK(sent.body.find("ExternalId=e%3A1") != std::string::npos);
    CHECK(sent.body.find("RoleSessionName=ci") != std::string::npos);
    CHECK(sent.body.find("DurationSeconds=1800") != std::string::npos);
}

TEST_CASE("a web identity of the environment is used, and needs its role") {
    const Folder folder;
    const std::string file = folder.write("token", "header.payload.signature");
    std::string answer(session);
    for (const std::string word : {"AssumeRoleResponse", "AssumeRoleResult"})
        for (auto at = answer.find(word); at != std::string::npos; at = answer.find(word, at + 40))
            answer.replace(at, 10, "AssumeRoleWithWebIdentity");
    World world([&](const SentRequest&) { return respond(200, answer); });
    auto identity = world.identity({{"AWS_ROLE_ARN", role}, {"AWS_WEB_IDENTITY_TOKEN_FILE", file}});
    CHECK(identity.credentials({}).access_key_id == "ASIA1");
    CHECK(identity.description().find("web identity") != std::string::npos);
    CHECK(message_of(world.identity({{"AWS_WEB_IDENTITY_TOKEN_FILE", file}})) ==
          "AWS_WEB_IDENTITY_TOKEN_FILE is set without AWS_ROLE_ARN");
}

TEST_CASE("a container's endpoint gets its token, and only where it may be sent in plain") {
    World world([](const SentRequest&) { return respond(200, std::string(handed_out)); });
    auto ecs = world.identity({{"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/v2/credentials/x"},
                               {"AWS_CONTAINER_AUTHORIZATION_TOKEN", "secret-token"}});
    CHECK(ecs.credentials({}).access_key_id == "ASIAIOSFODNN7EXAMPLE");
    CHECK(world.transport.sent().at(0).url == "http://169.254.170.2/v2/credentials/x");
    CHECK(world.transport.sent().at(0).authorization == "secret-token");
    const auto full = [&](const std::string& url) {
        return message_of(world.identity({{"AWS_CONTAINER_CREDENTIALS_FULL_URI", url},
                                          {"AWS_CONTAINER_AUTHORIZATION_TOKEN", "secret-token"}}));
    };
    CHECK(full("http://169.254.170.23/v1/credentials") == "");
    CHECK(full("http://[fd00:ec2::23]/v1/credentials") == "");
    CHECK(full("https://credentials.example/") == "");
    const auto before = world.transport.sent().size();
    CHECK(full("http://credentials.example/").find("plain http") != std::string::npos);
    CHECK(full("http://169.254.170.2.evil.tld/").find("plain http") != std::string::npos);
    CHECK(world.transport.sent().size() == before);
    CHECK(message_of(world.identity({{"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/x"},
                                     {"AWS_CONTAINER_AUTHORIZATION_TOKEN", "a\r\nX: y"}}))
              .find("one line") != std::string::npos);
}

TEST_CASE("EC2's metadata service is asked by version 2 alone, and may be off") {
    World world([](const SentRequest& request) {
        if (request.method == "PUT") return respond(200, "imds-token");
        if (request.headers.find("X-aws-ec2-metadata-token") != "imds-token") return respond(401);
        if (request.url.ends_with("security-credentials/")) return respond(200, "puller\n");
        return respond(200, std::string(handed_out));
    });
    auto identity = world.identity({});
    CHECK(identity.credentials({}).session_token.reveal() == "t");
    CHECK(identity.description() == "the EC2 instance's role");
    const auto sent = world.transport.sent();
    REQUIRE(sent.size() == 3);
    CHECK(sent[0].url == "http://169.254.169.254/latest/api/token");
    CHECK(sent[2].url == "http://169.254.169.254/latest/meta-data/iam/security-credentials/puller");
    CHECK(
        message_of(world.identity({{"AWS_EC2_METADATA_DISABLED", "true"}})).find("switched off") !=
        std::string::npos);
    CHECK(message_of(world.identity({{"AWS_EC2_METADATA_DISABLED", "yes"}})).find("neither true") !=
          std::string::npos);
    World nowhere(nothing);
    CHECK(message_of(nowhere.identity({})).find("does not answer") != std::string::npos);
    World no_role([](const SentRequest& request) {
        return respond(request.method == "PUT" ? 200 : 404, "x");
    });
    CHECK(message_of(no_role.identity({})).find("404") != std::string::npos);
}

TEST_CASE("old credentials of EC2 are used for a while, and broken ones refused") {
    std::string answer = R"({"AccessKeyId":"ASIAIOSFODNN7EXAMPLE","SecretAccessKey":"s",
                             "Token":"t","Expiration":"2001-01-01T00:00:00Z"})";
    World world([&](const SentRequest&) { return respond(200, answer); });
    auto identity = world.identity({{"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/x"}});
    CHECK(identity.credentials({}).access_key_id == "ASIAIOSFODNN7EXAMPLE");
    identity.credentials({});
    CHECK(world.transport.sent().size() == 1);
    world.clock.advance(12min);
    identity.credentials({});
    CHECK(world.transport.sent().size() == 2);
    for (const std::string bad : {"", "[]", "{}", R"({"AccessKeyId":"a\r\nb"})"}) {
        answer = bad;
        identity.expired();
        CHECK_THROWS_AS(identity.credentials({}), Error);
    }
}

TEST_CASE("endpoints and regions come from the environment") {
    const Environment environment({{"AWS_DEFAULT_REGION", "eu-west-1"},
                                   {"AWS_ENDPOINT_URL", "https://a"},
                                   {"AWS_ENDPOINT_URL_ECR_PUBLIC", "https://b"},
                                   {"AWS_USE_FIPS_ENDPOINT", "TRUE"},
                                   {"HOME", "/home/x"}});
    CHECK(environment.region() == "eu-west-1");
    CHECK(environment.endpoints().url == "https://a");
    CHECK(environment.endpoints().ecr_public_url == "https://b");
    CHECK(environment.endpoints().fips);
    CHECK(environment.config_file() == "/home/x/.aws/config");
    CHECK(Environment({{"AWS_REGION", "a"}, {"AWS_DEFAULT_REGION", "b"}}).region() == "a");
    CHECK(Environment().credentials_file().empty());
}

} // namespace
} // namespace berth::aws
