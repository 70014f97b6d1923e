#include "ecr/facts.hpp"

#include "ecr/facts_fixture.hpp"

#include <doctest/doctest.h>

#include <algorithm>

namespace berth::ecr {
namespace {

using registration::testing::Refusal;
using registration::testing::refusal_of;
using testing::FactsFixture;
using testing::told_digest;

RepositoryFacts ask_repository(FactsFixture& aws, const std::string& region = "") {
    return repository_facts(aws.ecr.access(), aws.ecr.cloud,
                            {.region = region, .repository = "team/app"}, {});
}

ImageFacts ask_image(FactsFixture& aws, const std::string& reference = "v1") {
    return image_facts(aws.ecr.access(), aws.ecr.cloud,
                       {.repository = "team/app", .reference = reference}, {});
}

std::string untold_of(const std::vector<Untold>& untold) {
    std::string text;
    for (const Untold& each : untold) text += each.fact + "=" + each.action + " ";
    return text;
}

TEST_CASE("a repository has its settings, policy, tags and the rules that are about it") {
    FactsFixture aws;
    const RepositoryFacts facts = ask_repository(aws);
    CHECK(facts.account == "123456789012");
    CHECK(facts.region == "eu-west-1");
    REQUIRE(facts.settings.has_value());
    CHECK(facts.settings->tag_mutability == "IMMUTABLE_WITH_EXCLUSION");
    CHECK(facts.settings->mutability_exclusions == std::vector<std::string>{"dev-*"});
    CHECK(facts.settings->encryption_key == "arn:aws:kms:k");
    CHECK(facts.settings->scan_on_push);
    CHECK(facts.lifecycle_policy == R"({"rules":[1]})");
    CHECK(facts.resource_tags->at("team") == "x");
    REQUIRE(facts.rules->size() == 1);
    CHECK(facts.rules->front().destinations.front().region == "us-east-1");
    CHECK(facts.untold.empty());
    CHECK(aws.asked("ListTagsForResource").front() ==
          R"({"resourceArn":"arn:aws:ecr:eu-west-1:123456789012:repository/team/app"})");
    CHECK(aws.asked("DescribeRepositories").front() ==
          R"({"registryId":"123456789012","repositoryNames":["team/app"]})");
}

TEST_CASE("each right that is missing hides its own fact, by the name of the action") {
    FactsFixture aws;
    aws.deny("GetLifecyclePolicy");
    aws.deny("DescribeRegistry");
    const RepositoryFacts facts = ask_repository(aws);
    CHECK(untold_of(facts.untold) ==
          "lifecyclePolicy=ecr:GetLifecyclePolicy rules=ecr:DescribeRegistry ");
    CHECK(facts.untold.front().fix.find("ecr:GetLifecyclePolicy") != std::string::npos);
    CHECK(facts.settings.has_value());
    CHECK(facts.resource_tags.has_value());

    aws.deny("DescribeRepositories");
    aws.deny("ListTagsForResource");
    CHECK(ask_repository(aws).untold.size() == 4);
}

TEST_CASE("no policy is no missing fact, and rules of another account are not shown as these") {
    FactsFixture aws;
    aws.refuse("GetLifecyclePolicy", "LifecyclePolicyNotFoundException");
    aws.answers["DescribeRegistry"] = R"({"registryId":"999999999999"})";
    const RepositoryFacts facts = ask_repository(aws);
    CHECK_FALSE(facts.lifecycle_policy.has_value());
    CHECK_FALSE(facts.rules.has_value());
    CHECK(untold_of(facts.untold) == "rules= ");
    CHECK(facts.untold.front().message.find("999999999999") != std::string::npos);
}

TEST_CASE("a repository that is not there, or AWS without any answer, is an error of the whole") {
    FactsFixture aws;
    aws.refuse("GetLifecyclePolicy", "RepositoryNotFoundException");
    CHECK(refusal_of([&] { ask_repository(aws); }).code == ErrorCode::name_unknown);
    for (const char* operation :
         {"GetLifecyclePolicy", "DescribeRepositories", "ListTagsForResource", "DescribeRegistry"})
        aws.refuse(operation, "ThrottlingException");
    CHECK(refusal_of([&] { ask_repository(aws); }).code == ErrorCode::too_many_requests);
    // Asked again as often as the client does, and no more.
    CHECK(aws.asked("ListTagsForResource").size() >= 3);
}

TEST_CASE("another region of the template is asked; what is no account's registry is not") {
    FactsFixture aws;
    CHECK(ask_repository(aws, "us-east-1").region == "us-east-1");
    CHECK(refusal_of([&] { ask_repository(aws, "xx-nowhere-1"); }).code == ErrorCode::usage);
    aws.ecr.spec.endpoint = "123456789012.dkr.ecr.eu-west-1.amazonaws.com";
    CHECK(refusal_of([&] { ask_repository(aws, "us-east-1"); }).code == ErrorCode::usage);
    aws.ecr.spec.is_private = false;
    const Refusal anonymous = refusal_of([&] { ask_repository(aws); });
    CHECK(anonymous.code == ErrorCode::unsupported);
    CHECK(anonymous.hint.find("Protected") != std::string::npos);
    // Protected or not: there is nothing to mend.
    aws.ecr.spec.endpoint = "public.ecr.aws";
    const Refusal gallery = refusal_of([&] { ask_repository(aws); });
    CHECK(gallery.code == ErrorCode::unsupported);
    CHECK(gallery.hint.empty());
}

TEST_CASE("an image has its times, all tags, the gravest findings and its replication") {
    FactsFixture aws;
    const ImageFacts facts = ask_image(aws);
    REQUIRE(facts.image.has_value());
    CHECK(facts.image->digest == told_digest);
    CHECK(facts.image->tags.size() == 2);
    CHECK(facts.image->last_pulled.value() - facts.image->pushed.value() == std::chrono::hours(24));
    REQUIRE(facts.scan.has_value());
    CHECK(facts.scan->counts.at("LOW") == 30);
    CHECK(facts.scan->completed.has_value());
    CHECK(facts.scan->findings.size() == most_findings);
    CHECK(facts.scan->more);
    CHECK(facts.scan->findings.front().name == "CVE-GRAVE");
    CHECK(facts.scan->findings.front().package == "openssl");
    CHECK(facts.replication->front().status == "COMPLETE");
    CHECK(facts.untold.empty());
    // By the digest that the tag had, so that all is of one image.
    CHECK(aws.asked("DescribeImages").front().find(R"("imageTag":"v1")") != std::string::npos);
    CHECK(aws.asked("DescribeImageScanFindings").front().find(told_digest) != std::string::npos);
}

TEST_CASE("an image without rights, without a scan, and one that is not there") {
    FactsFixture aws;
    aws.deny("DescribeImages");
    aws.refuse("DescribeImageScanFindings", "ScanNotFoundException");
    const ImageFacts facts = ask_image(aws);
    CHECK(untold_of(facts.untold) == "image=ecr:DescribeImages ");
    CHECK_FALSE(facts.scan.has_value());
    CHECK(facts.replication.has_value());
    CHECK(aws.asked("DescribeImageReplicationStatus").front().find(R"("imageTag":"v1")") !=
          std::string::npos);
    aws.errors.clear();
    aws.refuse("DescribeImages", "ImageNotFoundException");
    CHECK(refusal_of([&] { ask_image(aws, told_digest); }).code == ErrorCode::manifest_unknown);
}

TEST_CASE("findings of Inspector have their package and the version without it") {
    FactsFixture aws;
    aws.answers["DescribeImageScanFindings"] = R"({"imageScanStatus":{"status":"ACTIVE"},
        "nextToken":"n","imageScanFindings":{"enhancedFindings":[{"severity":"CRITICAL",
        "title":"CVE-1 - openssl","packageVulnerabilityDetails":{"vulnerabilityId":"CVE-1",
        "sourceUrl":"https://cve.example","vulnerablePackages":[{"name":"openssl",
        "version":"3.0.1","fixedInVersion":"3.0.2"}]}}]}})";
    const ImageFacts facts = ask_image(aws);
    CHECK(facts.scan->findings.front().name == "CVE-1");
    CHECK(facts.scan->findings.front().fixed_in == "3.0.2");
    CHECK(facts.scan->more);
    aws.answers["DescribeImageScanFindings"] = R"({"imageScanFindings":{"findings":["x"]}})";
    CHECK(untold_of(ask_image(aws).untold) == "scan= ");
}

} // namespace
} // namespace berth::ecr
