#include "api/ecr_facts.hpp"

#include "api/registries_fixture.hpp"
#include "ecr/facts_fixture.hpp"

using namespace berth;
using namespace berth::api;
using namespace berth::api::testing;

namespace {

struct ToldRegistry : ecr::testing::FactsFixture {
    ToldRegistry() {
        api.outside.aws = &ecr.cloud;
        path = "/v1/registries/oci/" +
               api.create("Ireland", R"({"endpoint":
            "123456789012.dkr.ecr.{{.spectro.system.aws.region}}.amazonaws.com","isPrivate":true,
            "defaultRegion":"eu-west-1","baseContentPath":"team","credentials":{"credentialType":
            "secret","accessKey":"AKIAIOSFODNN7EXAMPLE","secretKey":"own"}})",
                          "ecr") +
               "/ecr";
    }
    Answer repository(const std::string& query) {
        return api.ask("GET", path + "/repository?repository=" + query);
    }
    Answer image(const std::string& query) {
        return api.ask("GET", path + "/image?repository=team/app&reference=" + query);
    }
    RegistriesFixture api;
    std::string path;
};

} // namespace

TEST_CASE("what AWS says of a repository, and what it does not") {
    ToldRegistry aws;
    aws.deny("ListTagsForResource");
    const Answer told = aws.repository("team/app");
    CHECK(told.status == 200);
    CHECK(told.text("/account") == "123456789012");
    CHECK(told.text("/settings/tagMutability") == "IMMUTABLE_WITH_EXCLUSION");
    CHECK(told.text("/settings/mutabilityExclusions") == R"(["dev-*"])");
    CHECK(told.text("/settings/created") == "2023-11-14T22:13:20.500Z");
    CHECK(told.text("/lifecyclePolicy") == R"({"rules":[1]})");
    CHECK(told.text("/rules/0/destinations/0/region") == "us-east-1");
    CHECK(told.text("/rules/1") == "(absent)");
    CHECK(told.text("/resourceTags") == "(absent)");
    CHECK(told.text("/untold/0/fact") == "resourceTags");
    CHECK(told.text("/untold/0/action") == "ecr:ListTagsForResource");
    CHECK(told.text("/untold/1") == "(absent)");
}

TEST_CASE("what AWS says of an image; findings that are hidden leave their counts") {
    ToldRegistry aws;
    const Answer told = aws.image("v1");
    CHECK(told.status == 200);
    CHECK(told.text("/image/tags") == R"(["v1","latest"])");
    CHECK(told.text("/image/size") == "1234");
    CHECK(told.text("/image/lastPulled") == "2023-11-15T22:13:20.000Z");
    CHECK(told.text("/scan/findings/0/uri") == "https://cve.example/1");
    CHECK(told.text("/scan/findings/20") == "(absent)");
    CHECK(told.text("/replication/0/status") == "COMPLETE");
    aws.deny("DescribeImageScanFindings");
    const Answer less = aws.image("v1");
    CHECK(less.text("/scan/counts/LOW") == "30");
    CHECK(less.text("/scan/completed") == "2023-11-14T22:15:00.000Z");
    CHECK(less.text("/scan/findings") == "[]");
    CHECK(less.text("/untold/0/action") == "ecr:DescribeImageScanFindings");
}

TEST_CASE("facts of what is not there, not to be seen, or not asked for rightly") {
    ToldRegistry aws;
    CHECK(aws.repository("").status == 400);
    CHECK(aws.repository("other/app").status == 404); // outside the content paths
    CHECK(aws.asked("DescribeRepositories").empty());
    CHECK(aws.image("").status == 400);
    CHECK(aws.image("sha256:xyz").status == 400);
    CHECK(aws.repository("team/app&region=xx-nowhere-1").status == 400);
    aws.refuse("DescribeImages", "ImageNotFoundException");
    CHECK(aws.image("v1").status == 404);
    aws.refuse("DescribeRepositories", "RepositoryNotFoundException");
    CHECK(aws.repository("team/app").status == 404);
    aws.api.outside.aws = nullptr;
    CHECK(aws.repository("team/app").code() == "Unsupported");
}
