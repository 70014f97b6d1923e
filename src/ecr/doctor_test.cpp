#include "ecr/doctor.hpp"

#include "aws/policies.hpp"
#include "base/synchronized.hpp"
#include "ecr/rights.hpp"
#include "registration/ecr_fixture.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <map>
#include <set>
#include <stop_token>
#include <thread>

using namespace berth;
using namespace berth::ecr;
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

TEST_CASE("the doctor asks five questions at a time, and reports in the order of the rights") {
    struct Asked {
        int at_once = 0;
        int most = 0;
        bool given_up = false;
    };
    Synchronized<Asked> asked;
    const auto met = [&] {
        return asked.with([](Asked& all) { return all.most >= 5 || all.given_up; });
    };
    EcrFixture aws([&](const SentRequest& request) {
        const std::string target(request.headers.find("X-Amz-Target").value_or(""));
        // These two are asked before the others.
        if (target.empty() || target.ends_with(".DescribeRepositories"))
            return refusing({})(request);
        asked.with([](Asked& all) { all.most = std::max(all.most, ++all.at_once); });
        for (int i = 0; i < 2000 && !met(); ++i)
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        asked.with([](Asked& all) {
            all.given_up = all.most < 5;
            --all.at_once;
        });
        return refusing({})(request);
    });
    const auto probes = examined(aws, {"us-east-1"}).probes;
    CHECK(asked.with([](Asked& all) { return all.most; }) == 5);
    const auto rights = ecr_rights(aws::Service::ecr);
    REQUIRE(probes.size() == 2 * rights.size());
    for (std::size_t at = 0; at < probes.size(); ++at) {
        CHECK(probes[at].region == (at < rights.size() ? "eu-west-1" : "us-east-1"));
        CHECK(probes[at].action == fmt::format("ecr:{}", rights[at % rights.size()].operation));
    }
}

TEST_CASE("the doctor goes when it is told to") {
    std::stop_source stop;
    std::atomic<int> calls = 0;
    EcrFixture aws([&](const SentRequest& request) {
        if (++calls == 4) stop.request_stop();
        return refusing({})(request);
    });
    CHECK(refusal_of([&] { examine(aws.access(), aws.cloud, {}, stop.get_token()); }).code ==
          ErrorCode::cancelled);
    CHECK(calls < 10);
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
