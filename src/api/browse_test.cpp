#include "api/registries_fixture.hpp"
#include "chart/test_charts.hpp"

using namespace berth;
using namespace berth::api;
using namespace berth::api::testing;
using registration::testing::TestServer;

namespace {

const std::string embedded = "/v1/registries/oci/embedded";

std::string spec_of(const std::string& endpoint, const std::string& content_path = "") {
    return R"({"endpoint":")" + endpoint + R"(","auth":{"type":"noAuth"},"baseContentPath":")" +
           content_path + "\"}";
}

void push_chart(RegistriesFixture& api, const std::string& repository, const std::string& version) {
    using namespace chart::testing;
    const std::string config =
        R"({"name":"pier","version":")" + version +
        R"(","appVersion":"9","description":"A pier","keywords":["sea"],"deprecated":true,)"
        R"("maintainers":[{"name":"Ada"}],"dependencies":[{"name":"sub","version":"1"}]})";
    const std::string archive =
        gzip(tar_of(good_chart_and({{entry("pier/README.md"), "# Pier\n"}})));
    api.hosted.push(repository, config);
    api.hosted.push(repository, archive);
    const oci::Manifest manifest{
        .media_type = std::string(oci::media_type::oci_manifest),
        .artifact_type = {},
        .config = hosting::descriptor_of(config, oci::media_type::helm_config),
        .layers = {hosting::descriptor_of(archive, oci::media_type::helm_chart)},
        .subject = {},
        .annotations = {}};
    api.hosted.put(repository, oci::write_manifest(manifest), {version});
}

} // namespace

TEST_CASE("the embedded registry shows what the person may pull, with kinds and charts") {
    RegistriesFixture api;
    api.users.create_admin();
    push_chart(api, "charts/pier", "1.2.3");
    push_chart(api, "charts/pier", "1.10.0");
    push_chart(api, "charts/pier", "2.0.0-rc.1");
    api.hosted.push_image("team/app", "layer", {"v1", "latest"});
    api.person->name = "admin";
    const Answer list = api.ask("GET", embedded + "/repositories");
    CHECK(list.text("/source") == "live");
    CHECK(list.text("/items/0/name") == "charts/pier");
    CHECK(list.text("/items/0/kind") == "chart");
    CHECK(list.text("/items/0/latestTag") == "1.10.0");
    CHECK(list.text("/items/0/tagCount") == "3");
    CHECK(list.text("/items/0/chart/description") == "A pier");
    CHECK(list.text("/items/1/kind") == "image");
    CHECK(list.text("/items/1/latestTag") == "v1");
    CHECK(api.ask("GET", embedded + "/repositories?kind=image").text("/items/0/name") ==
          "team/app");
    const Answer charts = api.ask("GET", embedded + "/repositories?kind=chart");
    CHECK(charts.body.at("items").as_array().size() == 1);
    CHECK(charts.text("/items/0/name") == "charts/pier");
    CHECK(
        api.ask("GET", embedded + "/repositories?search=PIER").body.at("items").as_array().size() ==
        1);
    CHECK(api.ask("GET", embedded + "/repositories?kind=nonsense").status == 400);
    const Answer tags = api.ask("GET", embedded + "/tags?repository=charts/pier&limit=2");
    CHECK(tags.text("/items/0/tag") == "2.0.0-rc.1");
    CHECK(tags.text("/items/1/tag") == "1.10.0");
    const std::string next = net::percent_encode(tags.text("/listmeta/continue"));
    const Answer rest =
        api.ask("GET", embedded + "/tags?repository=charts/pier&limit=2&continue=" + next);
    CHECK(rest.text("/items/0/tag") == "1.2.3");
    CHECK(rest.text("/listmeta/continue").empty());
    const Answer info = api.ask("GET", embedded + "/info", "", {{"Host", "berth.example:5000"}});
    CHECK(info.text("/url") == "http://berth.example:5000");
    CHECK(info.text("/repositories") == "2");
}

TEST_CASE("tags of the embedded registry are listed by when they were pushed, a page at a time") {
    RegistriesFixture api;
    api.users.create_admin();
    api.person->name = "admin";
    for (const char* tag : {"2.0.0", "1.0.0", "3.0.0", "edge"}) {
        api.hosted.push_image("team/app", "layer", {tag});
        api.hosted.clock.advance(std::chrono::seconds(60));
    }
    const std::string path = embedded + "/tags?repository=team/app&sort=age&limit=2";
    const Answer first = api.ask("GET", path);
    CHECK(first.text("/items/0/tag") == "edge");
    CHECK(first.text("/items/1/tag") == "3.0.0");
    CHECK(first.text("/items/0/pushed") > first.text("/items/1/pushed"));
    CHECK(first.text("/listmeta/count") == "4");
    const std::string next = "&continue=" + net::percent_encode(first.text("/listmeta/continue"));
    const Answer second = api.ask("GET", path + next);
    CHECK(second.text("/items/0/tag") == "1.0.0");
    CHECK(second.text("/items/1/tag") == "2.0.0");
    CHECK(second.text("/listmeta/continue").empty());
    CHECK(api.ask("GET", path + "&search=0.0").text("/items/0/tag") == "3.0.0");
    CHECK(api.ask("GET", embedded + "/tags?repository=team/app&sort=size").status == 400);
    const Answer by_version = api.ask("GET", embedded + "/tags?repository=team/app");
    CHECK(by_version.text("/items/0/tag") == "3.0.0");
    CHECK(by_version.text("/items/0/pushed") == first.text("/items/1/pushed"));
}

TEST_CASE("what a person may not pull is not there for them") {
    RegistriesFixture api;
    api.users.create_admin();
    api.hosted.push_image("team/app", "layer", {"v1"});
    api.hosted.push_image("secret/app", "other", {"v1"});
    api.users.put({.name = "eve",
                   .password_hash = "x",
                   .grants = {{"team", access::Actions().with(access::Action::pull)}}});
    api.person->name = "eve";
    const Answer list = api.ask("GET", embedded + "/repositories");
    CHECK(list.body.at("items").as_array().size() == 1);
    CHECK(list.text("/items/0/name") == "team/app");
    CHECK(api.ask("GET", embedded + "/info").text("/repositories") == "1");
    for (const char* path :
         {"/tags?repository=secret/app", "/manifest?repository=secret/app&reference=v1",
          "/chart?repository=secret/app&reference=v1"}) {
        CAPTURE(path);
        CHECK(api.ask("GET", embedded + path).status == 404);
    }
    api.person->name = "gone";
    CHECK(api.ask("GET", embedded + "/repositories").text("/items") == "[]");
}

TEST_CASE("a chart shows its words, its texts and how to pull it") {
    RegistriesFixture api;
    api.users.create_admin();
    api.person->name = "admin";
    push_chart(api, "charts/pier", "1.2.3");
    api.hosted.push_image("team/app", "layer", {"v1"});
    const std::string path = embedded + "/chart?repository=charts/pier&reference=1.2.3";
    for (int i = 0; i < 2; ++i) { // read, and from the cache
        const Answer chart = api.ask("GET", path, "", {{"Host", "berth.example"}});
        CHECK(chart.status == 200);
        CHECK(chart.text("/name") == "pier");
        CHECK(chart.text("/readme") == "# Pier\n");
        CHECK(chart.text("/values") == "a: 1\n");
        CHECK(chart.text("/valuesSchema").empty());
        CHECK(chart.text("/keywords/0") == "sea");
        CHECK(chart.text("/maintainers/0/name") == "Ada");
        CHECK(chart.text("/dependencies/0/version") == "1");
        CHECK(chart.text("/deprecated") == "true");
        CHECK(chart.text("/provenance") == "false");
        CHECK(chart.text("/commands/0/text") ==
              "helm pull oci://berth.example/charts/pier --version 1.2.3 --plain-http");
    }
    const Answer image = api.ask("GET", embedded + "/chart?repository=team/app&reference=v1");
    CHECK(image.status == 400);
    CHECK(image.text("/message").find("not a Helm chart") != std::string::npos);
}

TEST_CASE("an index shows its platforms, and references are checked") {
    RegistriesFixture api;
    api.users.create_admin();
    api.person->name = "admin";
    const auto child = api.hosted.push_image("team/app", "layer", {"v1"});
    api.hosted.push_index("team/app", {child}, {"all"});
    const std::string path = embedded + "/manifest?repository=team/app&reference=";
    const Answer index = api.ask("GET", path + "all");
    CHECK(index.text("/kind") == "index");
    CHECK(index.text("/platforms/0/digest") == child.text());
    CHECK(index.text("/commands/0/client") == "docker");
    const Answer by_digest = api.ask("GET", path + net::percent_encode(child.text()));
    CHECK(by_digest.text("/digest") == child.text());
    CHECK(by_digest.text("/commands/0/text").find("@sha256:") != std::string::npos);
    CHECK(api.ask("GET", path + "absent").status == 404);
    for (const char* wrong : {"", "a%20b", "sha256:12", "..%2F"}) {
        CAPTURE(wrong);
        CHECK(api.ask("GET", path + wrong).status == 400);
    }
    CHECK(api.ask("GET", embedded + "/manifest?reference=v1").status == 400);
    CHECK(api.ask("GET", embedded + "/manifest?repository=../x&reference=v1").status == 400);
}

TEST_CASE("without a sync lists are asked of the registry, below its content paths only") {
    RegistriesFixture api;
    TestServer server;
    registry::contract::push(*server.content().repository("other/app"),
                             registry::contract::small_image(2), "v2");
    const std::string open = "/v1/registries/oci/" + api.create("open", spec_of(server.endpoint()));
    const Answer all = api.ask("GET", open + "/repositories");
    CHECK(all.text("/source") == "live");
    CHECK(all.body.at("items").as_array().size() == 2);
    CHECK(all.text("/items/1/latestTag") == "v1");
    const Answer first = api.ask("GET", open + "/repositories?limit=1");
    CHECK(first.text("/items/0/name") == "other/app");
    const Answer second = api.ask("GET", open + "/repositories?limit=1&continue=" +
                                             net::percent_encode(first.text("/listmeta/continue")));
    CHECK(second.text("/items/0/name") == "team/app");
    CHECK(second.text("/listmeta/continue").empty());
    const std::string narrow =
        "/v1/registries/oci/" + api.create("narrow", spec_of(server.endpoint(), "team/app"));
    CHECK(api.ask("GET", narrow + "/repositories").body.at("items").as_array().size() == 1);
    CHECK(api.ask("GET", narrow + "/tags?repository=team/app").text("/items/0/kind") == "image");
    CHECK(api.ask("GET", narrow + "/tags?repository=other/app").status == 404);
}

TEST_CASE("nobody takes all workers with registries that hang") {
    RegistriesFixture api;
    const std::string dead =
        "/v1/registries/oci/" + api.create("dead", spec_of("http://127.0.0.1:1", "team/app"));
    std::vector<Places::Place> held;
    while (auto place = api.outbound.take(api.person->uid)) held.push_back(std::move(*place));
    for (const char* path : {"/repositories", "/tags?repository=team/app",
                             "/manifest?repository=team/app&reference=v1",
                             "/chart?repository=team/app&reference=v1"}) {
        CAPTURE(path);
        const Answer answer = api.ask("GET", dead + path);
        CHECK(answer.status == 429);
        CHECK(answer.code() == "TooManyRequests");
        CHECK(answer.headers.find("Retry-After").value_or("") == "5");
    }
    CHECK(api.ask("POST", dead + "/validate").status == 429);
    CHECK(api.ask("POST", "/v1/registries/oci/basic/validate", spec_of("http://127.0.0.1:1"))
              .status == 429);
    CHECK(api.ask("GET", embedded + "/repositories").status == 200);
    held.clear();
    CHECK(api.ask("GET", dead + "/repositories").status == 500);
}

TEST_CASE("a registry that does not answer is an error of 500 at most, with its reason") {
    RegistriesFixture api;
    const std::string dead =
        "/v1/registries/oci/" + api.create("dead", spec_of("http://127.0.0.1:1", "team/app"));
    for (const char* path : {"/repositories", "/tags?repository=team/app",
                             "/manifest?repository=team/app&reference=v1"}) {
        CAPTURE(path);
        const Answer answer = api.ask("GET", dead + path);
        CHECK(answer.status == 500);
        CHECK(answer.code() == "RegistryUnreachable");
    }
}
