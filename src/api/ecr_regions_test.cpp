#include "api/ecr_regions.hpp"
#include "api/registries_fixture.hpp"
#include "registration/regions_fixture.hpp"

using namespace berth;
using namespace berth::api;
using namespace berth::api::testing;

namespace {

const std::string ecr_spec = R"({"endpoint":
    "123456789012.dkr.ecr.{{.spectro.system.aws.region}}.amazonaws.com","isPrivate":true,
    "defaultRegion":"eu-west-1","regions":["us-east-1"],"credentials":{"credentialType":"secret",
    "accessKey":"AKIAIOSFODNN7EXAMPLE","secretKey":"own"}})";

struct Regions : registration::testing::RegionsFixture {
    Regions() {
        api.outside.aws = &ecr.cloud;
        api.outside.make_transport = outside.make_transport;
        api.outside.through_proxy = outside.through_proxy;
        uid = api.create("Ireland", ecr_spec, "ecr");
        path = "/v1/registries/oci/" + uid + "/ecr/regions";
    }
    RegistriesFixture api;
    std::string uid;
    std::string path;
};

} // namespace

TEST_CASE("the regions of a registry are kept, checked, and shown with what is in them") {
    Regions two;
    const std::string read = "/v1/registries/oci/" + two.uid + "/ecr";
    CHECK(two.api.ask("GET", read).text("/spec/regions") == R"(["us-east-1"])");
    const auto body = [](const std::string& regions) {
        std::string changed = ecr_spec;
        changed.replace(changed.find(R"(["us-east-1"])"), 13, regions);
        return R"({"metadata":{"name":"Ireland"},"spec":)" + changed + "}";
    };
    for (const char* wrong : {R"(["eu-west-1"])", R"(["xx-nowhere-1"])", R"(["cn-north-1"])",
                              R"(["us-east-1","us-east-1"])", R"("us-east-1")"}) {
        CAPTURE(wrong);
        CHECK(two.api.ask("PUT", read, body(wrong)).text("/details/field") == "spec.regions");
    }
    // A form that does not show them does not take them away.
    CHECK(two.api.ask("PUT", read, body("null")).status == 204);
    CHECK(two.api.ask("GET", read).text("/spec/regions") == R"(["us-east-1"])");

    two.push("eu-west-1", "team/app", "v1", 1);
    two.push("eu-west-1", "team/app", "v2", 2);
    two.push("us-east-1", "team/app", "v2", 2);
    const Answer answer = two.api.ask("GET", two.path);
    CHECK(answer.status == 200);
    CHECK(answer.text("/counts/in_sync") == "1");
    CHECK(answer.text("/items/0/cells/0/state") == "not_covered");
    CHECK(answer.text("/items/1/cells/0/region") == "us-east-1");
    CHECK(two.api.ask("GET", two.path + "?gaps=true&repositories=team/*").text("/items/1") ==
          "(absent)");
    CHECK(two.api.ask("GET", two.path + "?regions=xx-nowhere-1").status == 400);
}

TEST_CASE("gaps are planned, then filled by a job that leaves a report") {
    Regions two;
    two.push("eu-west-1", "team/app", "v1", 1);
    two.push("us-east-1", "team/app", "old", 2);
    CHECK(two.api.ask("GET", two.path + "/fill").status == 404);
    const Answer plan = two.api.ask("POST", two.path + "/fill/plan", "{}");
    CHECK(plan.status == 200);
    CHECK(plan.text("/items/0/tag") == "v1");
    CHECK(plan.text("/left/0/state") == "extra");
    CHECK(std::stoul(plan.text("/bytes")) > 200'000);
    CHECK_FALSE(two.find("us-east-1", "team/app", "v1").has_value());
    CHECK(two.api.ask("POST", two.path + "/fill", R"({"regions":"us-east-1"})")
              .text("/details/field") == "regions");
    const Answer begun = two.api.ask("POST", two.path + "/fill", R"({"regions":["us-east-1"]})");
    CHECK(begun.status == 201);
    two.api.wait_for_jobs();
    const Answer report = two.api.ask("GET", two.path + "/fill");
    CHECK(report.text("/job") == begun.text("/uid"));
    CHECK(report.text("/status") == "done");
    CHECK(report.text("/over") == "true");
    CHECK(report.text("/items/0/result") == "copied");
    CHECK(report.text("/bytesMoved") == plan.text("/bytes"));
    // A server that begins anew still knows it.
    RouteTable anew(make_ecr_region_routes({two.api.book, two.api.outside, two.api.sync,
                                            two.api.index, two.api.outbound, two.api.clock}));
    std::swap(*two.api.table, anew);
    const Answer kept = two.api.ask("GET", two.path + "/fill");
    CHECK(kept.text("/status") == "done");
    CHECK(kept.text("/message") == report.text("/message"));
    CHECK(kept.text("/items/0/result") == "copied");
    const std::string text = *two.api.index.fill_report(two.uid);
    std::string running = text;
    running.replace(running.find("\"done\""), 6, "\"running\"");
    two.api.index.keep_fill_report(two.uid, running);
    CHECK(two.api.ask("GET", two.path + "/fill").text("/status") == "failed");
    std::swap(*two.api.table, anew);
    CHECK(two.find("us-east-1", "team/app", "v1").has_value());
    CHECK(two.api.ask("GET", "/v1/jobs").text("/items/0/kind") == "fill");
}
