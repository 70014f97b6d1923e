#include "ecr/region_matrix.hpp"
#include "registration/ecr_fixture.hpp"
#include "registration/fake_ecr.hpp"

#include <atomic>

using namespace berth;
using namespace berth::ecr;
using namespace berth::registration::testing;

namespace {

const std::string rule_to_virginia =
    R"([{"destinations":[{"region":"us-east-1","registryId":"123456789012"}],
    "repositoryFilters":[{"filter":"team/","filterType":"PREFIX_MATCH"}]}])";

std::string replication(const std::string& status, const std::string& more = "") {
    return R"([{"region":"us-east-1","registryId":"123456789012","status":")" + status + "\"" +
           more + "}]";
}

/// The clock of the fixture stands here.
constexpr double now = 1'734'480'000;

struct Two {
    FakeEcr aws;
    FakeRepository& here(const std::string& name = "team/app") {
        return aws.regions["eu-west-1"][name];
    }
    FakeRepository& there(const std::string& name = "team/app") {
        return aws.regions["us-east-1"][name];
    }
    RegionMatrix look(const MatrixRequest& request = {.regions = {"us-east-1"}}) {
        EcrFixture fixture([this](const net::SentRequest& sent) {
            ++calls;
            return aws(sent);
        });
        return compare_regions(fixture.access(), fixture.cloud, request, {});
    }
    /// "tag state tag state", of the one other region.
    std::string states(const MatrixRequest& request = {.regions = {"us-east-1"}}) {
        std::string text;
        for (const RegionRow& row : look(request).rows)
            text += fmt::format("{}{} {}", text.empty() ? "" : " ", row.tag,
                                text_of(row.cells.at(0).verdict.state));
        return text;
    }
    std::atomic<int> calls = 0;
};

} // namespace

TEST_CASE("what is equal everywhere costs two lists a region and no question") {
    Two two;
    two.here().images = {{.digest = digest_of('a'), .tags = {"v1", "latest"}}};
    two.there().images = two.here().images;
    const RegionMatrix matrix = two.look();
    CHECK(two.calls == 5); // the rules, and two lists in each region
    CHECK(matrix.counts[0] == 2);
    CHECK(matrix.account == "123456789012");
    REQUIRE(matrix.rows.size() == 2);
    CHECK(matrix.rows[0].tag == "latest");
    CHECK(matrix.rows[0].cells.at(0).digest == digest_of('a'));
    CHECK(matrix.rows[0].cells.at(0).verdict.cause.empty());
    CHECK(matrix.cut.empty());
    CHECK(two.look({.regions = {"us-east-1"}, .gaps_only = true}).rows.empty());
}

TEST_CASE("what is not there has the cause that rules, status and time of push tell") {
    struct Row {
        const char* state;
        const char* rules;
        std::string replication;
        double pushed;
    };
    const Row rows[] = {
        {"not_covered", "[]", "[]", now - 60},
        {"not_covered", R"([{"destinations":[{"region":"eu-central-1",
            "registryId":"123456789012"}]}])",
         "[]", now - 60},
        {"not_covered", R"([{"destinations":[{"region":"us-east-1",
            "registryId":"999999999999"}]}])",
         "[]", now - 60},
        {"lagging", rule_to_virginia.c_str(), "[]", now - 60},
        {"predates_rule", rule_to_virginia.c_str(), "[]", now - 3600},
        {"lagging", rule_to_virginia.c_str(), replication("IN_PROGRESS"), now - 60},
        {"lagging", "[]", replication("A_NEW_WORD"), now - 7200},
        {"failed", rule_to_virginia.c_str(),
         replication("FAILED", R"(,"failureCode":"KMSException")"), now - 60},
        {"removed", rule_to_virginia.c_str(), replication("COMPLETE"), now - 7200},
    };
    for (const Row& row : rows) {
        Two two;
        two.aws.rules = row.rules;
        two.here().images = {{.digest = digest_of('a'),
                              .tags = {"v1"},
                              .pushed = row.pushed,
                              .replication = row.replication}};
        two.there();
        CAPTURE(row.state);
        const RegionMatrix matrix = two.look();
        const RegionVerdict& verdict = matrix.rows.at(0).cells.at(0).verdict;
        CHECK(text_of(verdict.state) == row.state);
        CHECK_FALSE(verdict.cause.empty());
        CHECK_FALSE(verdict.remedy.empty());
        CHECK(matrix.rows[0].pushed.has_value());
        CHECK(can_be_filled(verdict.state));
        if (verdict.state == RegionState::failed) CHECK(verdict.failure_code == "KMSException");
        if (verdict.state == RegionState::lagging)
            CHECK((verdict.remedy.find("longer") != std::string::npos) ==
                  (row.pushed < now - 1800));
    }
}

TEST_CASE("without the right to ask why, what is missing is said to be missing") {
    Two two;
    two.aws.rules = rule_to_virginia;
    two.here().images = {{.digest = digest_of('a'), .tags = {"v1"}}};
    two.there();
    two.aws.refusals["eu-west-1 DescribeImageReplicationStatus"] = "AccessDeniedException";
    CHECK(two.states() == "v1 missing");
    two.aws.refusals["eu-west-1 DescribeRegistry"] = "AccessDeniedException";
    CHECK(two.states() == "v1 missing");
    two.aws.refusals.erase("eu-west-1 DescribeImageReplicationStatus");
    const RegionMatrix matrix = two.look();
    CHECK(matrix.rows.at(0).cells.at(0).verdict.state == RegionState::not_covered);
    CHECK_FALSE(matrix.rules.has_value());
    CHECK_FALSE(matrix.rules_unread.empty());
    two.aws.refusals.clear();
    two.aws.rules_account = "999999999999";
    CHECK(two.look().rules_unread.find("999999999999") != std::string::npos);
}

TEST_CASE("a tag that is another image has diverged, or is blocked where it cannot be set anew") {
    Two two;
    two.here().images = {{.digest = digest_of('a'), .tags = {"v1"}}};
    two.there().images = {{.digest = digest_of('b'), .tags = {"v1"}}, {.digest = digest_of('a')}};
    CHECK(two.states() == "v1 diverged");
    two.there().mutability = "IMMUTABLE";
    const RegionMatrix matrix = two.look();
    const RegionCell& cell = matrix.rows.at(0).cells.at(0);
    CHECK(cell.verdict.state == RegionState::blocked);
    CHECK(cell.verdict.cause.find("without the tag") != std::string::npos);
    CHECK(cell.digest == digest_of('b'));
    CHECK_FALSE(can_be_filled(cell.verdict.state));
}

TEST_CASE("an index whose children are not all there is partial") {
    Two two;
    const std::string index =
        R"({"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[
        {"mediaType":"application/vnd.oci.image.manifest.v1+json","size":2,"digest":")" +
        digest_of('b') +
        R"("},{"mediaType":"application/vnd.oci.image.manifest.v1+json","size":2,"digest":")" +
        digest_of('c') + R"("}]})";
    two.here().images = {{.digest = digest_of('a'), .tags = {"v1"}, .manifest = index},
                         {.digest = digest_of('b')},
                         {.digest = digest_of('c')}};
    two.there().images = {{.digest = digest_of('a'), .tags = {"v1"}}, {.digest = digest_of('b')}};
    const RegionMatrix matrix = two.look();
    const RegionVerdict& verdict = matrix.rows.at(0).cells.at(0).verdict;
    CHECK(verdict.state == RegionState::partial);
    CHECK(verdict.cause.find("1 of the 2") != std::string::npos);
    // What the default region lacks as well is no gap.
    two.here().images.pop_back();
    CHECK(two.states() == "v1 in_sync");
}

TEST_CASE("what is elsewhere alone is extra, and a repository that is not there says so") {
    Two two;
    two.here().images = {{.digest = digest_of('a'), .tags = {"v1"}}};
    two.there().images = {{.digest = digest_of('a'), .tags = {"v1", "old"}}};
    two.here("team/new").images = {{.digest = digest_of('b'), .tags = {"v2"}}};
    two.there("team/gone").images = {{.digest = digest_of('c'), .tags = {"v3"}}};
    CHECK(two.states() == "old extra v1 in_sync v3 extra v2 no_repository");
    CHECK(two.states({.regions = {"us-east-1"}, .repositories = {"team/n*"}}) ==
          "v2 no_repository");
    CHECK(two.states({.regions = {"us-east-1"}, .repositories = {"team/app", "team/new"}}) ==
          "old extra v1 in_sync v2 no_repository");
}

TEST_CASE("a region that refuses, is off or does not answer says so, and hides no other") {
    Two two;
    two.here().images = {{.digest = digest_of('a'), .tags = {"v1"}}};
    two.there().images = two.here().images;
    two.aws.regions["eu-central-1"] = two.aws.regions["us-east-1"];
    const MatrixRequest both{.regions = {"eu-central-1", "us-east-1"}};
    const auto states = [&] {
        std::string text;
        const RegionMatrix matrix = two.look(both);
        for (const RegionCell& cell : matrix.rows.at(0).cells)
            text += fmt::format("{} ", text_of(cell.verdict.state));
        return text;
    };
    two.aws.refusals["eu-central-1"] = "UnrecognizedClientException";
    CHECK(states() == "region_off in_sync ");
    two.aws.refusals["eu-central-1"] = "dark";
    CHECK(states() == "unreachable in_sync ");
    two.aws.refusals["eu-central-1"] = "AccessDeniedException";
    CHECK(states() == "denied in_sync ");
    two.aws.refusals = {{"eu-central-1 ListImages", "AccessDeniedException"}};
    CHECK(two.look(both).problems.at(0).repository == "team/app");
    two.aws.refusals = {{"eu-central-1 ListImages", "ThrottlingException"}};
    CHECK(states() == "unreachable in_sync ");
    // Nothing can be held against a default region that does not answer.
    two.aws.refusals = {{"eu-west-1", "dark"}};
    CHECK(refusal_of([&] { two.look(both); }).code == ErrorCode::unreachable);
}

TEST_CASE("a comparison has bounds, and says what they left out") {
    Two two;
    for (int i = 0; i < 3; ++i) {
        const std::string name = fmt::format("team/{}", i);
        two.here(name).images = {{.digest = digest_of('a'), .tags = {"v1"}}};
        two.there(name);
    }
    MatrixRequest request{.regions = {"us-east-1"}, .limit = 2};
    RegionMatrix matrix = two.look(request);
    CHECK(matrix.rows.size() == 2);
    CHECK(matrix.next == "team/1");
    request.after = matrix.next;
    matrix = two.look(request);
    CHECK(matrix.rows.at(0).repository == "team/2");
    CHECK(matrix.next.empty());
    matrix = two.look({.regions = {"us-east-1"}, .rows = 1, .questions = 2});
    CHECK(matrix.rows.size() == 1);
    CHECK(matrix.cut.size() == 2);
    CHECK(matrix.counts[static_cast<std::size_t>(RegionState::not_covered)] == 3);
}

TEST_CASE("regions that are not named are those where the rules lead") {
    Two two;
    two.here();
    CHECK(two.look({}).regions.empty());
    CHECK(two.look({}).cut.size() == 1);
    two.aws.rules = rule_to_virginia;
    CHECK(two.look({}).regions == std::vector<std::string>{"us-east-1"});
    CHECK(refusal_of([&] { two.look({.regions = {"cn-north-1"}}); }).code == ErrorCode::usage);
}
