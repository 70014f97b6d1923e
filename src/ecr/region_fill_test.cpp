#include "ecr/region_fill.hpp"

#include "registration/regions_fixture.hpp"

using namespace berth;
using namespace berth::ecr;
using namespace berth::registration::testing;

namespace {

struct Filling : RegionsFixture {
    FillPlan plan(MakeRepositories make = MakeRepositories::no) {
        const MatrixRequest request;
        return plan_fill(compare_regions(ecr.access(), ecr.cloud, request, {}), make,
                         ecr.clock.wall_now());
    }
    FillReport run(FillPlan planned) {
        RegionFill fill(ecr.access(), std::move(planned));
        fill.run(outside, {}, {});
        return fill.report();
    }
};

/// "tag result", of each item.
std::string results(const FillReport& report) {
    std::string text;
    for (std::size_t at = 0; at < report.items.size(); ++at)
        text += fmt::format("{}{} {}", text.empty() ? "" : " ", report.plan.items[at].tag,
                            text_of(report.items[at].result));
    return text;
}

} // namespace

TEST_CASE("a fill brings what is missing there, and leaves alone what is there") {
    Filling two;
    const oci::Descriptor first = two.push("eu-west-1", "team/app", "v1", 1);
    two.push("eu-west-1", "team/app", "v2", 2);
    two.push("us-east-1", "team/app", "v2", 3);
    two.push("us-east-1", "team/app", "old", 4);
    const oci::Descriptor theirs = *two.find("us-east-1", "team/app", "v2");
    FillPlan plan = two.plan();
    REQUIRE(plan.items.size() == 1);
    CHECK(plan.items[0].tag == "v1");
    CHECK(plan.left.size() == 2);
    RegionFill measured(two.ecr.access(), plan);
    measured.measure(two.outside, std::chrono::seconds(5), {});
    CHECK(measured.report().plan.bytes() > 200'000);
    CHECK_FALSE(two.find("us-east-1", "team/app", "v1").has_value());
    const FillReport report = two.run(plan);
    CHECK_MESSAGE(results(report) == "v1 copied", report.items[0].message);
    CHECK(report.over);
    CHECK(report.moved == measured.report().plan.bytes());
    CHECK(two.find("us-east-1", "team/app", "v1")->digest == first.digest);
    CHECK(two.find("us-east-1", "team/app", "v2")->digest == theirs.digest);
    // Once more: it is there.
    const FillReport again = two.run(plan);
    CHECK(results(again) == "v1 present");
    CHECK(again.moved == 0);
}

TEST_CASE("repositories are made only if that is asked for") {
    Filling two;
    two.push("eu-west-1", "team/new", "v1", 1);
    two.push("eu-west-1", "team/new", "v2", 2);
    CHECK(two.plan().items.empty());
    CHECK(two.plan().left.size() == 1);
    const FillPlan plan = two.plan(MakeRepositories::yes);
    CHECK(plan.repositories.size() == 1);
    CHECK(plan.left.empty());
    const FillReport report = two.run(plan);
    CHECK(report.repositories.at(0).result == FillResult::copied);
    CHECK(results(report) == "v1 copied v2 copied");
    two.aws.refusals["us-east-1 CreateRepository"] = "RepositoryAlreadyExistsException";
    CHECK(two.run(plan).repositories.at(0).result == FillResult::present);
    two.aws.refusals["us-east-1 CreateRepository"] = "AccessDeniedException";
    CHECK(two.run(plan).repositories.at(0).result == FillResult::failed);
}

TEST_CASE("a tag that was set meanwhile stays, and one failure does not end the others") {
    Filling two;
    two.push("eu-west-1", "team/app", "v1", 1);
    two.push("eu-west-1", "team/app", "v2", 2);
    two.push("eu-west-1", "team/app", "v3", 3);
    two.push("us-east-1", "team/app", "other", 9);
    const FillPlan plan = two.plan();
    two.push("us-east-1", "team/app", "v1", 8);
    const std::string second = plan.items.at(1).digest;
    two.spoil = [&](const net::SentRequest& sent) -> std::optional<net::HttpResponse> {
        if (sent.method != "PUT" || sent.url.find(second) == std::string::npos) return {};
        return net::respond(400, R"({"errors":[{"code":"TAG_INVALID","message":"immutable"}]})");
    };
    const FillReport report = two.run(plan);
    CHECK(results(report) == "v1 left v2 failed v3 copied");
    CHECK(report.items[1].message.find("immutable") != std::string::npos);
    CHECK(two.find("us-east-1", "team/app", "v1")->digest !=
          two.find("eu-west-1", "team/app", "v1")->digest);
    CHECK_FALSE(two.find("us-east-1", "team/app", "v2").has_value());
}

TEST_CASE(
    "who sets the tag in the same moment is found out after, and what is denied has its policy") {
    Filling two;
    two.push("eu-west-1", "team/app", "v1", 1);
    two.push("eu-west-1", "team/app", "v2", 2);
    two.push("us-east-1", "team/app", "other", 9);
    const FillPlan plan = two.plan();
    const std::string first = plan.items.at(0).digest;
    bool tag_was_put = false;
    two.spoil = [&](const net::SentRequest& sent) -> std::optional<net::HttpResponse> {
        const bool there = sent.url.find("us-east-1") != std::string::npos;
        if (there && sent.method == "PUT" && sent.url.ends_with("/manifests/v2"))
            return net::respond(403, R"({"errors":[{"code":"DENIED","message":"not authorized to )"
                                     R"(perform: ecr:PutImage"}]})");
        if (there && tag_was_put && sent.url.ends_with("/manifests/v1")) {
            tag_was_put = false;
            two.push("us-east-1", "team/app", "v1", 8); // before we look again
        }
        if (there && sent.method == "PUT" && sent.url.ends_with("/manifests/v1"))
            tag_was_put = !sent.authorization.empty();
        return {};
    };
    const FillReport report = two.run(plan);
    CHECK(results(report) == "v1 left v2 failed");
    CHECK(report.items[0].message.find("was set to sha256:") != std::string::npos);
    CHECK(report.items[0].message.find(first) == std::string::npos);
    CHECK(report.denied() ==
          std::vector<std::string>{"arn:aws:ecr:us-east-1:123456789012:repository/team/app"});
}

TEST_CASE("a fill that is stopped says what it did not do") {
    Filling two;
    two.push("eu-west-1", "team/app", "v1", 1);
    two.push("us-east-1", "team/app", "other", 9);
    RegionFill fill(two.ecr.access(), two.plan());
    std::stop_source stop;
    stop.request_stop();
    CHECK(refusal_of([&] { fill.run(two.outside, {}, stop.get_token()); }).code ==
          ErrorCode::cancelled);
    CHECK(fill.report().over);
    CHECK(results(fill.report()) == "v1 waiting");
}
