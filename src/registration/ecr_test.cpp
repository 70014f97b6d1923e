#include "aws/policies.hpp"
#include "registration/ecr_doctor.hpp"
#include "registration/ecr_fixture.hpp"
#include "registration/ecr_registry.hpp"
#include "registration/ecr_trial.hpp"
#include "registry/memory_registry.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

using namespace berth;
using namespace berth::registration;
using namespace berth::registration::testing;
using net::respond;
using net::SentRequest;

namespace {

Diagnosis examined(EcrFixture& aws, const std::vector<std::string>& regions = {}) {
    return examine(aws.access(), aws.cloud, regions, {});
}

/// An AWS that knows the caller, and refuses what `sentences` has a reason for: "ListImages".
net::ScriptedTransport::Script refusing(std::map<std::string, std::string> sentences) {
    return [sentences = std::move(sentences)](const SentRequest& request) {
        const std::string target(request.headers.find("X-Amz-Target").value_or(""));
        if (target.empty()) return EcrFixture::answer(request);
        const auto found = sentences.find(target.substr(target.find('.') + 1));
        if (found == sentences.end()) return respond(200, "{}");
        return respond(400, fmt::format(R"({{"__type":"AccessDeniedException","message":"{}"}})",
                                        found->second));
    };
}

std::string refusal_because(const std::string& action, const std::string& reason) {
    return fmt::format("User: arn:u is not authorized to perform: {} on resource: * {}", action,
                       reason);
}

Probed probed(const Diagnosis& diagnosis, const std::string& action) {
    for (const Probed& each : diagnosis.probes)
        if (each.action == action) return each;
    FAIL("was not asked for: ", action);
    return {};
}

} // namespace

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

TEST_CASE("the doctor asks for each right of the policy that is offered, and for no other") {
    std::set<std::string> asked;
    EcrFixture aws(refusing({}));
    for (const Probed& each : examined(aws).probes) asked.insert(each.action);
    CHECK(asked.size() == 15);
    aws.spec.endpoint = "public.ecr.aws";
    aws.spec.default_region = "";
    for (const Probed& each : examined(aws).probes) asked.insert(each.action);
    std::set<std::string> offered;
    const json::Value policy = aws::registry_policy();
    for (const auto& action : policy.at("Statement").at(0).at("Action").as_array())
        offered.emplace(action.as_string());
    CHECK(asked == offered);
}

TEST_CASE("the doctor offers a statement only where granting helps") {
    const auto because = refusal_because;
    EcrFixture aws(refusing(
        {{"ListImages", because("ecr:ListImages", "because no identity-based policy allows it")},
         {"DescribeImages", because("ecr:DescribeImages", "because no service control policy")},
         {"BatchGetImage", because("ecr:BatchGetImage", "because no permissions boundary")},
         {"DescribeRegistry", because("ecr:DescribeRegistry",
                                      "with an explicit deny in an "
                                      "identity-based policy")}}));
    const Diagnosis diagnosis = examined(aws, {"us-east-1"});
    CHECK(diagnosis.probes.size() == 30);
    CHECK_FALSE(diagnosis.listed);
    CHECK(diagnosis.repository == "berth-doctor/none");
    const Probed listing = probed(diagnosis, "ecr:ListImages");
    REQUIRE(listing.statement.has_value());
    CHECK(json::write(*listing.statement) ==
          R"({"Effect":"Allow","Action":"ecr:ListImages","Resource":)"
          R"("arn:aws:ecr:eu-west-1:123456789012:repository/berth-doctor/none"})");
    for (const char* action : {"ecr:DescribeImages", "ecr:BatchGetImage", "ecr:DescribeRegistry"}) {
        CAPTURE(action);
        CHECK(probed(diagnosis, action).verdict == Verdict::denied);
        CHECK_FALSE(probed(diagnosis, action).statement.has_value());
        CHECK(probed(diagnosis, action).fix.find("not") != std::string::npos);
    }
    CHECK(probed(diagnosis, "ecr:DescribeImages").policy == "a service control policy");
}

TEST_CASE("ECR Public's second right to a token is judged by what AWS refuses") {
    const std::string own = "ecr-public:GetAuthorizationToken";
    const std::string bearer = "sts:GetServiceBearerToken";
    const auto of_gallery = [&](std::map<std::string, std::string> sentences) {
        EcrFixture aws(refusing(std::move(sentences)));
        aws.spec.endpoint = "public.ecr.aws";
        aws.spec.default_region = "";
        return examined(aws);
    };
    const Diagnosis well = of_gallery({});
    CHECK(probed(well, own).verdict == Verdict::allowed);
    CHECK(probed(well, bearer).verdict == Verdict::allowed);
    CHECK(probed(well, "ecr-public:DescribeImages").resource ==
          "arn:aws:ecr-public::123456789012:repository/berth-doctor/none");

    const Diagnosis unborne =
        of_gallery({{"GetAuthorizationToken", refusal_because(bearer,
                                                              "because no identity-based "
                                                              "policy allows it")}});
    CHECK(probed(unborne, own).verdict == Verdict::allowed);
    CHECK(probed(unborne, own).message.empty());
    CHECK_FALSE(probed(unborne, own).statement.has_value());
    CHECK(probed(unborne, bearer).verdict == Verdict::denied);
    CHECK(probed(unborne, bearer).statement.value().at("Action").as_string() == bearer);

    const Diagnosis tokenless =
        of_gallery({{"GetAuthorizationToken", refusal_because(own,
                                                              "because no identity-based "
                                                              "policy allows it")}});
    CHECK(probed(tokenless, own).verdict == Verdict::denied);
    CHECK(probed(tokenless, bearer).verdict == Verdict::inconclusive);
    CHECK(probed(tokenless, bearer).fix.find(own) != std::string::npos);
}

TEST_CASE("the doctor examines nobody, and no region that the endpoint does not serve") {
    EcrFixture aws(refusing({}));
    aws.spec.endpoint = "123456789012.dkr.ecr.eu-west-1.amazonaws.com";
    aws.spec.default_region = "";
    CHECK(examined(aws).probes.size() == 15);
    CHECK(refusal_of([&] { examined(aws, {"us-east-1"}); }).code == ErrorCode::usage);
    aws.spec.is_private = false;
    CHECK(refusal_of([&] { examined(aws); }).code == ErrorCode::unsupported);
}
