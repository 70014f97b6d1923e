#include "aws/ecr_host.hpp"
#include "aws/endpoint_template.hpp"
#include "aws/service_endpoint.hpp"
#include "aws/vector_files.hpp"
#include "base/json.hpp"

#include <doctest/doctest.h>

#include <vector>

namespace berth::aws {
namespace {

struct Row {
    std::string text;
    std::string expected;
};

std::string facts(const EcrHost& host) {
    return host.account + "|" + host.region + "|" + std::string(host.partition->id) +
           (host.fips ? "|fips" : "") + (host.dual_stack ? "|dual" : "");
}

TEST_CASE("names of ECR registries are taken apart in every partition") {
    const std::vector<Row> rows = {
        {"123456789012.dkr.ecr.us-east-1.amazonaws.com", "123456789012|us-east-1|aws"},
        {"000000000000.dkr.ecr.ap-southeast-7.amazonaws.com", "000000000000|ap-southeast-7|aws"},
        {"123456789012.dkr.ecr-fips.us-west-2.amazonaws.com", "123456789012|us-west-2|aws|fips"},
        {"123456789012.dkr-ecr.eu-north-1.on.aws", "123456789012|eu-north-1|aws|dual"},
        {"123456789012.dkr-ecr-fips.us-gov-west-1.on.aws",
         "123456789012|us-gov-west-1|aws-us-gov|fips|dual"},
        {"123456789012.dkr.ecr.us-gov-east-1.amazonaws.com",
         "123456789012|us-gov-east-1|aws-us-gov"},
        {"123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn", "123456789012|cn-north-1|aws-cn"},
        {"123456789012.dkr-ecr.cn-northwest-1.on.amazonwebservices.com.cn",
         "123456789012|cn-northwest-1|aws-cn|dual"},
        {"123456789012.dkr.ecr.eusc-de-east-1.amazonaws.eu",
         "123456789012|eusc-de-east-1|aws-eusc"},
        {"123456789012.dkr-ecr.eusc-de-east-1.on.amazonwebservices.eu",
         "123456789012|eusc-de-east-1|aws-eusc|dual"},
        {"123456789012.dkr.ecr.us-iso-east-1.c2s.ic.gov", "123456789012|us-iso-east-1|aws-iso"},
        {"123456789012.dkr.ecr.us-isob-east-1.sc2s.sgov.gov",
         "123456789012|us-isob-east-1|aws-iso-b"},
        {"123456789012.dkr.ecr.eu-isoe-west-1.cloud.adc-e.uk",
         "123456789012|eu-isoe-west-1|aws-iso-e"},
        {"123456789012.dkr.ecr.us-isof-south-1.csp.hci.ic.gov",
         "123456789012|us-isof-south-1|aws-iso-f"},
        {"123456789012.dkr.ecr.xx-new-1.amazonaws.com", ""},
        {"123456789012.dkr.ecr.me-newplace-12.amazonaws.com", "123456789012|me-newplace-12|aws"},
        {"123456789012.DKR.ECR.US-EAST-1.AMAZONAWS.COM", "123456789012|us-east-1|aws"},
        {"123456789012.dkr.ecr.us-east-1.amazonaws.com.", "123456789012|us-east-1|aws"},
        {"public.ecr.aws", "||aws"},
        {"ecr-public.aws.com", "||aws|dual"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.text);
        const auto host = parse_ecr_host(row.text);
        CHECK(host.has_error() == row.expected.empty());
        if (host.has_error()) continue;
        CHECK(facts(*host) == row.expected);
        CHECK(parse_ecr_host(host->text()).value() == *host);
        CHECK(resembles_ecr(row.text));
    }
}

TEST_CASE("names that are nearly right are refused, and the message says what is wrong") {
    const std::vector<Row> rows = {
        {"", "is empty"},
        {"https://123456789012.dkr.ecr.us-east-1.amazonaws.com", "scheme"},
        {"123456789012.dkr.ecr.us-east-1.amazonaws.com/team/app", "path"},
        {"123456789012.dkr.ecr.us-east-1.amazonaws.com:443", "port"},
        {"123456789012.dkr.ecr.us-east-1.amazonaws.com ", "blank"},
        {"12345678901.dkr.ecr.us-east-1.amazonaws.com", "11 digits"},
        {"1234-5678-9012.dkr.ecr.us-east-1.amazonaws.com", "dashes"},
        {"x123456789012.dkr.ecr.us-east-1.amazonaws.com", "12 digits"},
        {"myregistry.dkr.ecr.us-east-1.amazonaws.com", "12 digits of an account"},
        {"dkr.ecr.us-east-1.amazonaws.com", "lacks the account"},
        {"123456789012.ecr.us-east-1.amazonaws.com", "\"dkr.ecr\""},
        {"123456789012.dkr.ecr.amazonaws.com", "lacks the region"},
        {"123456789012.dkr.ecr.us-east-1a.amazonaws.com", "availability zone"},
        {"123456789012.dkr.ecr.useast1.amazonaws.com", "region's form"},
        {"123456789012.dkr.ecr.us-east-1", "ends after the region"},
        {"123456789012.dkr.ecr.us-east-1.amazonaws.com.evil.tld", "not AWS's"},
        {"123456789012.dkr.ecr.us-east-1.amazonaws.com.cn", "partition aws,"},
        {"123456789012.dkr.ecr.cn-north-1.amazonaws.com", "partition aws-cn"},
        {"123456789012.dkr.ecr.us-gov-west-1.amazonaws.com.cn", "partition aws-us-gov"},
        {"123456789012.dkr-ecr.us-east-1.amazonaws.com", "mixes two forms"},
        {"123456789012.dkr.ecr.us-east-1.on.aws", "mixes two forms"},
        {"123456789012.dkr-ecr.us-iso-east-1.c2s.ic.gov", "dual-stack"},
        {"123456789012.dkr.ecr.us-east-1.example.com", "ends in"},
        {"123456789012xdkr.ecr.us-east-1.amazonaws.com", "12 digits"},
        {"123456789012.dkr.ecr.us-east-1xamazonaws.com", "region's form"},
        {"api.ecr.us-east-1.amazonaws.com", "API"},
        {"api.ecr-public.us-east-1.amazonaws.com", "ECR Public"},
        {"ecr.aws", "ECR Public"},
        {"www.public.ecr.aws", "ECR Public"},
        {"public.ecr.aws.evil.tld", "ECR Public"},
        {"123456789012.dkr.ecr.{{.spectro.system.aws.region}}.amazonaws.com", "variable"},
        {"123456789012.dkr.ecr.us-east-1.amazonaws.com..", "not AWS's"},
        {std::string(400, 'a'), "longer"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.text);
        const auto host = parse_ecr_host(row.text);
        REQUIRE(host.has_error());
        CHECK(host.error().code() == ErrorCode::usage);
        CAPTURE(host.error().message());
        CHECK(host.error().message().find(row.expected) != std::string::npos);
        CHECK_FALSE(host.error().hint().empty());
    }
    CHECK_FALSE(resembles_ecr("ghcr.io"));
    CHECK_FALSE(resembles_ecr("registry.example.com"));
}

const std::string account = "123456789012";

TEST_CASE("a template gives the requested region's registry, else the default region's") {
    for (const std::string variable :
         {"{{.spectro.system.aws.region}}", "{{ .spectro.system.aws.region }}",
          "{{  .Spectro.System.AWS.Region}}"}) {
        const auto endpoint = EndpointTemplate::parse(
            account + ".dkr.ecr." + variable + ".amazonaws.com", "eu-west-1");
        REQUIRE(endpoint.has_value());
        CHECK(endpoint->text() ==
              account + ".dkr.ecr.{{.spectro.system.aws.region}}.amazonaws.com");
        const auto requested = endpoint->resolve("us-east-1").value();
        CHECK(requested.host.text() == account + ".dkr.ecr.us-east-1.amazonaws.com");
        CHECK(requested.source == RegionSource::requested);
        const auto by_default = endpoint->resolve("").value();
        CHECK(by_default.region == "eu-west-1");
        CHECK(by_default.source == RegionSource::default_region);
        CHECK(endpoint->resolve("cn-north-1").has_error());
        CHECK(endpoint->resolve("us-gov-west-1").has_value());
        CHECK(endpoint->resolve("mars").has_error());
    }
}

TEST_CASE("a fixed endpoint says when a request for another region is ignored") {
    const auto endpoint =
        EndpointTemplate::parse("https://" + account + ".dkr.ecr.eu-west-1.amazonaws.com/", "");
    REQUIRE(endpoint.has_value());
    CHECK(endpoint->default_region() == "eu-west-1");
    const auto resolved = endpoint->resolve("us-east-1").value();
    CHECK(resolved.region == "eu-west-1");
    CHECK(resolved.source == RegionSource::fixed);
    CHECK(resolved.ignored_request == "us-east-1");
    CHECK_FALSE(endpoint->resolve("eu-west-1").value().ignored_request.has_value());
    CHECK(EndpointTemplate::parse("public.ecr.aws", "eu-west-1").has_value());
}

TEST_CASE("templates that cannot be meant say what to change") {
    const std::string head = account + ".dkr.ecr.";
    const std::string tail = ".amazonaws.com";
    const std::string good = head + "{{.spectro.system.aws.region}}" + tail;
    struct Bad {
        std::string text;
        std::string default_region;
        std::string expected;
    };
    const std::vector<Bad> rows = {
        {good, "", "no default region"},
        {good, "mars-1", "\"mars-1\" is not the name of an AWS region"},
        {good, "cn-north-1", "aws-cn"},
        {head + "{{.spectro.system.aws.region}" + tail, "us-east-1", "does not end with two"},
        {head + "{.spectro.system.aws.region}}" + tail, "us-east-1", "does not begin with two"},
        {head + ".spectro.system.aws.region" + tail, "us-east-1", "without its braces"},
        {head + "}}.spectro.system.aws.region{{" + tail, "us-east-1", "wrong order"},
        {head + "{{{.spectro.system.aws.region}}}" + tail, "us-east-1", "not known"},
        {head + "{{.spectro.system.aws.zone}}" + tail, "us-east-1", "not known"},
        {head + "{{}}" + tail, "us-east-1", "not known"},
        {head + "{{.spectro.system.aws.region}}{{.spectro.system.aws.region}}" + tail, "us-east-1",
         "more than one"},
        {"{{.spectro.system.aws.region}}.dkr.ecr.us-east-1" + tail, "us-east-1", "another place"},
        {head + "x{{.spectro.system.aws.region}}" + tail, "us-east-1", "another place"},
        {"1234" + good.substr(12), "us-east-1", "4 digits"},
        {good + ":443", "us-east-1", "port"},
        {good + "/path", "us-east-1", "path"},
        {"http://" + good, "us-east-1", "scheme"},
        {good + ".evil.tld", "us-east-1", "not AWS's"},
        {head + "eu-west-1" + tail, "us-east-1", "names region eu-west-1"},
        {std::string(600, '{'), "us-east-1", "too long"},
    };
    for (const Bad& row : rows) {
        CAPTURE(row.text);
        const auto endpoint = EndpointTemplate::parse(row.text, row.default_region);
        REQUIRE(endpoint.has_error());
        CAPTURE(endpoint.error().what());
        CHECK(std::string(endpoint.error().what()).find(row.expected) != std::string::npos);
        CHECK_FALSE(endpoint.error().hint().empty());
    }
}

EndpointSettings settings_of(const json::Reader& parameters) {
    EndpointSettings settings{.fips = parameters.boolean("UseFIPS").value_or(false),
                              .dual_stack = parameters.boolean("UseDualStack").value_or(false)};
    settings.global_sts = parameters.boolean("UseGlobalEndpoint").value_or(false);
    settings.url = parameters.text("Endpoint").value_or("");
    return settings;
}

/// Number of cases that apply: not "aws-global", which is no region and which we never use; and
/// not a custom endpoint without a region, which leaves nothing to sign for.
int run_endpoint_cases(const std::filesystem::path& file, Service service) {
    int count = 0;
    const json::Value document = json::parse(text_of_file(file)).value();
    for (const json::Reader& test : json::Reader(document, "").objects("testCases")) {
        const auto parameters = test.object("params");
        if (!parameters) continue;
        const std::string region = parameters->text("Region").value_or("");
        const json::Reader expect = test.object("expect").value();
        const bool refused = expect.text("error").has_value();
        // The rules send a request for this one to its own host: there is no such region yet.
        if (region == "aws-global" || region == "us-east-3" || (region.empty() && !refused))
            continue;
        ++count;
        CAPTURE(test.text("documentation").value_or(region));
        const auto endpoint = service_endpoint(service, region, settings_of(*parameters));
        CHECK(endpoint.has_error() == refused);
        if (refused || endpoint.has_error()) continue;
        std::string url = endpoint->url.origin.text();
        CHECK(url == expect.object("endpoint")->required_text("url"));
    }
    return count;
}

TEST_CASE("the APIs' hosts are those of botocore's endpoint tests") {
    const auto root = vectors("endpoints");
    if (!root) return;
    CHECK(run_endpoint_cases(*root / "ecr.json", Service::ecr) >= 24);
    CHECK(run_endpoint_cases(*root / "ecr-public.json", Service::ecr_public) >= 19);
    CHECK(run_endpoint_cases(*root / "sts.json", Service::sts) >= 55);
}

TEST_CASE("the table of partitions is botocore's") {
    const auto root = vectors("endpoints");
    if (!root) return;
    const json::Value document = json::parse(text_of_file(*root / "partitions.json")).value();
    const auto theirs = json::Reader(document, "").objects("partitions");
    CHECK(theirs.size() == partitions().size());
    for (const json::Reader& entry : theirs) {
        const std::string id = entry.required_text("id");
        CAPTURE(id);
        const Partition* ours = partition_with_id(id);
        REQUIRE(ours != nullptr);
        const json::Reader outputs = entry.object("outputs").value();
        CHECK(ours->dns_suffix == outputs.required_text("dnsSuffix"));
        CHECK(ours->dual_stack_suffix == outputs.required_text("dualStackDnsSuffix"));
        for (const std::string& region : entry.keys("regions"))
            if (region.find("global") == std::string::npos) {
                CAPTURE(region);
                CHECK(partition_of_region(region) == ours);
            }
    }
}

TEST_CASE("an endpoint URL of one's own goes first by service, and keeps the signing region") {
    EndpointSettings settings{.url = "https://general.example", .sts_url = "https://sts.example"};
    const auto url = [&](Service service) {
        return service_endpoint(service, "eu-west-1", settings).value().url.origin.text();
    };
    CHECK(url(Service::sts) == "https://sts.example");
    CHECK(url(Service::ecr) == "https://general.example");
    CHECK(service_endpoint(Service::sts, "eu-west-1", settings).value().signing_region ==
          "eu-west-1");
    settings.ignore_urls = true;
    CHECK(url(Service::sts) == "https://sts.eu-west-1.amazonaws.com");
    settings = {.url = "http://ecr.example"};
    CHECK(service_endpoint(Service::ecr, "eu-west-1", settings).has_error());
    settings = {.url = "http://127.0.0.1:4566"};
    CHECK(url(Service::ecr) == "http://127.0.0.1:4566");
    settings = {.url = "nonsense"};
    CHECK(service_endpoint(Service::ecr, "eu-west-1", settings).has_error());
    CHECK(service_endpoint(Service::ecr, "eu_west_1", {}).has_error());
}

} // namespace
} // namespace berth::aws
