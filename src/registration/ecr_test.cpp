#include "registration/ecr_fixture.hpp"
#include "registration/ecr_registry.hpp"
#include "registration/ecr_trial.hpp"
#include "registry/memory_registry.hpp"

using namespace berth;
using namespace berth::registration;
using namespace berth::registration::testing;
using net::respond;
using net::SentRequest;

TEST_CASE("keys that were given are used, and the machine's only for roles without keys") {
    EcrFixture aws;
    CHECK(aws.login().keys->description() == "access key AKIAIOSFODNN7EXAMPLE");
    CHECK_FALSE(aws.login().role.has_value());
    aws.spec.aws.credential_type = "sts";
    aws.spec.aws.sts_arn = puller;
    aws.spec.aws.sts_external_id = "tenant-1";
    CHECK(aws.login().keys->description() == "access key AKIAIOSFODNN7EXAMPLE");
    CHECK(aws.login().role->external_id == "tenant-1");
    aws.spec.aws.access_key = "";
    CHECK(aws.login().keys == aws.cloud.machine());
    aws.spec.aws.credential_type = "pod-identity";
    aws.spec.aws.pod_role_arn = puller;
    CHECK(aws.login().role->external_id.empty());
    aws.spec.is_private = false;
    CHECK(aws.login().keys == nullptr);
    aws.spec.is_private = true;
    aws.spec.aws.credential_type = "secret";
    aws.spec.aws.access_key = "AKIA blank";
    CHECK(refusal_of([&] { aws.login(); }).code == ErrorCode::usage);
    CHECK(aws.calls->sent().empty());
}

TEST_CASE("what is wrong with an ECR form is said beside its field, before anything is asked") {
    struct Row {
        const char* field;
        void (*change)(Spec&);
    };
    const Row rows[] = {
        {"spec.endpoint", [](Spec& s) { s.endpoint = "ghcr.io"; }},
        {"spec.endpoint", [](Spec& s) { s.endpoint = "1234.dkr.ecr.eu-west-1.amazonaws.com"; }},
        {"spec.endpoint",
         [](Spec& s) { s.endpoint = "123456789012.dkr.ecr.eu-west-1.amazonaws.com.evil.tld"; }},
        {"spec.endpoint", [](Spec& s) { s.endpoint += ":8443"; }},
        {"spec.defaultRegion", [](Spec& s) { s.default_region = "cn-north-1"; }},
        {"spec.defaultRegion", [](Spec& s) { s.default_region = "xx-nowhere-1"; }},
        {"spec.credentials.sts.arn",
         [](Spec& s) {
             s.aws.credential_type = "sts";
             s.aws.sts_arn = "arn:aws:iam::123456789012:user/x";
         }},
        {"spec.credentials.sts.arn",
         [](Spec& s) {
             s.aws.credential_type = "sts";
             s.aws.sts_arn = "arn:aws-cn:iam::123456789012:role/x";
         }},
        {"spec.credentials.sts.externalId",
         [](Spec& s) {
             s.aws.credential_type = "sts";
             s.aws.sts_arn = puller;
             s.aws.sts_external_id = "no blanks";
         }},
        {"spec.credentials.podIdentity.roleArn",
         [](Spec& s) { s.aws.credential_type = "pod-identity"; }},
    };
    for (const Row& row : rows) {
        CAPTURE(row.field);
        EcrFixture aws;
        row.change(aws.spec);
        CAPTURE(aws.spec.endpoint);
        CHECK(aws.field() == row.field);
    }
    EcrFixture open;
    open.spec.is_private = false;
    CHECK(has_note(check_spec(open.spec, {}, {}, {}).notes, "never_anonymous"));
    open.spec.endpoint = "public.ecr.aws";
    open.spec.default_region = "";
    CHECK_FALSE(has_note(check_spec(open.spec, {}, {}, {}).notes, "never_anonymous"));
}

TEST_CASE("repositories come from ECR's API in order, asked once for all pages") {
    int calls = 0;
    EcrFixture aws([&](const SentRequest& request) {
        ++calls;
        if (request.body.find("nextToken") == std::string::npos)
            return respond(200, R"({"repositories":[{"repositoryName":"team/b"},
                {"repositoryName":"charts/x"}],"nextToken":"n"})");
        return respond(200, R"({"repositories":[{"repositoryName":"team/a"}]})");
    });
    EcrRegistry registry(
        std::make_unique<registry::MemoryRegistry>(),
        {aws.cloud.api(),
         aws.cloud.machine(),
         {.service = aws::Service::ecr, .region = "eu-west-1", .account = "123456789012"}},
        {});
    const registry::Page first = registry.repositories("", 2);
    CHECK(first.names == std::vector<std::string>{"charts/x", "team/a"});
    CHECK(first.next == "team/a");
    const registry::Page second = registry.repositories("team/a", 2);
    CHECK(second.names == std::vector<std::string>{"team/b"});
    CHECK_FALSE(second.next.has_value());
    CHECK(registry.repositories("team/", 5).names.size() == 2);
    CHECK(calls == 2);
    registry.repositories("", 1);
    CHECK(calls == 4);
}

TEST_CASE("a trial says who the keys are, and what to do when a role is refused") {
    EcrFixture aws;
    aws.spec.aws.credential_type = "sts";
    aws.spec.aws.sts_arn = puller;
    const Access access = aws.access();
    EcrTrial trial(access, aws.cloud, {"us-east-1", "eu-west-1", "us-east-1"});
    CHECK(trial.other_regions() == std::vector<std::string>{"us-east-1"});
    const Step filled = trial.resolve_template();
    REQUIRE(filled.facts.size() == 2);
    CHECK(filled.facts[1].second == "123456789012.dkr.ecr.us-east-1.amazonaws.com");
    CHECK(trial.identity({}).result == StepResult::ok);
    Step failed;
    try {
        trial.role({});
        FAIL("the role was assumed");
    } catch (const aws::AwsError& error) {
        describe(error, failed);
    }
    CHECK(failed.cause == "aws_denied");
    CHECK(failed.fix.find("external id") != std::string::npos);
    CHECK(failed.facts[1].second == "id-1");
    EcrTrial nowhere(access, aws.cloud, {"cn-north-1"});
    CHECK(refusal_of([&] { nowhere.resolve_template(); }).field == "region_invalid");
}
