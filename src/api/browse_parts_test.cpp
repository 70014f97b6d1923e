#include "api/browse_cache.hpp"
#include "api/browse_chart.hpp"
#include "api/browse_commands.hpp"
#include "api/browse_content.hpp"
#include "chart/test_charts.hpp"
#include "registry/memory_registry.hpp"
#include "registry/repository_contract.hpp"

#include <doctest/doctest.h>

using namespace berth;
using namespace berth::api;
using namespace berth::chart::testing;
using registration::ContentKind;

namespace {

std::vector<std::string> lines(const json::Array& commands) {
    std::vector<std::string> texts;
    for (const auto& command : commands) texts.emplace_back(command.at("text").as_string());
    return texts;
}

const std::string digest = "sha256:" + std::string(64, 'a');

} // namespace

TEST_CASE("a cache drops what was used longest ago and does not keep the huge") {
    ContentCache cache(8000);
    cache.put("a", std::string(900, 'a'));
    cache.put("b", std::string(900, 'b'));
    CHECK(cache.find("a"));
    for (int i = 0; i < 5; ++i) {
        cache.put("more" + std::to_string(i), std::string(900, 'c'));
        CHECK(cache.find("a"));
    }
    CHECK_FALSE(cache.find("b"));
    cache.put("huge", std::string(1001, 'h'));
    CHECK_FALSE(cache.find("huge"));
    cache.put("a", "fresh");
    CHECK(*cache.find("a") == "fresh");
}

TEST_CASE("commands fit the kind, name the host and pull by tag and by digest") {
    const auto chart =
        lines(pull_commands({.host = "reg.example:5000"}, {.kind = ContentKind::chart,
                                                           .repository = "charts/pier",
                                                           .tag = "1.2.3_b4",
                                                           .digest = digest}));
    CHECK(chart == std::vector<std::string>{
                       "helm pull oci://reg.example:5000/charts/pier --version 1.2.3+b4",
                       "helm pull oci://reg.example:5000/charts/pier@" + digest});
    const auto image = lines(pull_commands(
        {.host = "reg.example"},
        {.kind = ContentKind::index, .repository = "team/app", .tag = "v1", .digest = digest}));
    CHECK(image.size() == 12);
    CHECK(image.front() == "docker pull reg.example/team/app:v1");
    CHECK(image[2] == "crictl pull reg.example/team/app:v1");
    CHECK(image[3] == "skopeo copy docker://reg.example/team/app:v1 oci:app");
    CHECK(image.back() == "berth pull reg.example/team/app@" + digest);
    const auto plain = lines(pull_commands(
        {.host = "[::1]:5000", .plain_http = true},
        {.kind = ContentKind::artifact, .repository = "x", .tag = "", .digest = digest}));
    CHECK(plain.front() == "oras pull --plain-http '[::1]:5000/x@" + digest + "'");
}

TEST_CASE(
    "what is registered is pulled through this server as well, by a name that can be written") {
    const auto door = door_address("berth.example", false, "ECR-Prod").value();
    const auto chart = lines(pull_commands(door, {.kind = ContentKind::chart,
                                                  .repository = "charts/pier",
                                                  .tag = "1.0.0",
                                                  .digest = digest}));
    CHECK(chart.front() == "helm pull oci://berth.example/ecr-prod/charts/pier --version 1.0.0");
    CHECK_FALSE(door_address("berth.example", false, "our registry").has_value());
    CHECK_FALSE(door_address("berth.example", false, "h\u00e4fen").has_value());
}

TEST_CASE("base paths that clients cannot name give no commands") {
    CHECK(pull_prefix("") == "");
    CHECK(pull_prefix("/artifactory/api/docker/charts") == "charts/");
    CHECK_FALSE(pull_prefix("/artifactory/api/docker/"));
    CHECK_FALSE(pull_prefix("/registry"));
    CHECK(
        pull_commands({.host = "h", .prefix = std::nullopt},
                      {.kind = ContentKind::image, .repository = "x", .tag = "t", .digest = digest})
            .empty());
}

TEST_CASE("a chart's own texts are read, not those of the charts inside it") {
    MemorySource archive(tar_of(good_chart_and({
        {entry("pier/charts/sub/README.md"), "sub"},
        {entry("pier/README.md"), "# Pier \xFF\n"},
        {entry("pier/values.schema.json"), "{}"},
        {entry("pier/templates/values.yaml"), "not this"},
    })));
    const ChartTexts texts = read_chart_texts(archive, "pier");
    CHECK(texts.readme == "# Pier \xEF\xBF\xBD\n");
    CHECK(texts.values == "a: 1\n");
    CHECK(texts.values_schema == "{}");
}

TEST_CASE("a text that nobody reads to its end is cut, and what follows it still read") {
    MemorySource archive(tar_of(good_chart_and({
        {entry("pier/README.md"), std::string(3 * shown_text_limit, '\xFF')},
        {entry("pier/values.schema.json"), "{}"},
    })));
    const ChartTexts texts = read_chart_texts(archive, "pier");
    CHECK(texts.readme.size() < 3 * shown_text_limit + 100); // a replacement has three bytes
    CHECK(texts.readme.ends_with("\n… cut after 1 MiB"));
    CHECK(texts.values_schema == "{}");
}

TEST_CASE("what has no place in a chart is refused before it is shown") {
    MemorySource link(tar_of(
        good_chart_and({{entry("pier/README.md", codec::TarType::symlink, "/etc/passwd"), ""}})));
    CHECK_THROWS_AS(read_chart_texts(link, "pier"), Error);
    MemorySource outside(tar_of(good_chart_and({{entry("other/README.md"), "x"}})));
    CHECK_THROWS_AS(read_chart_texts(outside, "pier"), Error);
}

TEST_CASE("a manifest is read once, and asked for each time") {
    registry::MemoryRegistry memory;
    const auto repository = memory.repository("team/app");
    registry::contract::push(*repository, registry::contract::small_image(1), "v1");
    ContentCache cache;
    const ContentReader reader(*repository, "r1\nteam/app", cache);
    const auto first = reader.manifest("v1");
    REQUIRE(first);
    CHECK(describe(reader, *first).kind == ContentKind::image);
    registry::contract::push(*repository, registry::contract::small_image(2), "v1");
    const auto second = reader.manifest("v1");
    CHECK(second->descriptor.digest.text() != first->descriptor.digest.text());
    // From the cache, and only for those who read here.
    const auto again = reader.manifest(first->descriptor.digest.text());
    CHECK(again->bytes == first->bytes);
    CHECK(again->descriptor.media_type == first->descriptor.media_type);
    const auto other = memory.repository("other");
    CHECK_FALSE(
        ContentReader(*other, "r1\nother", cache).manifest(first->descriptor.digest.text()));
    CHECK_FALSE(reader.manifest("v9"));
    // What was deleted there is not shown from here.
    registry::MemoryRegistry emptied;
    const auto gone = emptied.repository("team/app");
    CHECK_FALSE(
        ContentReader(*gone, "r1\nteam/app", cache).manifest(first->descriptor.digest.text()));
}

TEST_CASE("a manifest's view has its parts, its config and what refers to it") {
    registry::MemoryRegistry memory;
    const auto repository = memory.repository("team/app");
    const auto image = registry::contract::small_image(1);
    registry::contract::push(*repository, image, "v1");
    registry::contract::push(
        *repository,
        registry::contract::small_artifact(image.manifest.descriptor, "application/x.sbom", "w"),
        "");
    ContentCache cache;
    const ContentReader reader(*repository, "s", cache);
    const json::Object view = manifest_view(
        reader, {.repository = "team/app", .reference = "v1", .address = {.host = "reg.example"}});
    CHECK(view.at("kind") == "image");
    CHECK(view.at("digest").as_string() == image.manifest.descriptor.digest.text());
    CHECK(view.at("raw").as_string() == image.manifest.bytes);
    CHECK(view.at("layers").as_array().size() == 1);
    CHECK(view.at("config").at("architecture") == "amd64");
    CHECK(view.at("referrers").as_array().size() == 1);
    CHECK(view.at("referrers").at(0).at("artifactType") == "application/x.sbom");
    CHECK(view.at("commands").at(0).at("client") == "docker");
    CHECK(view.at("totalSize").to_number<std::uint64_t>() > 200'000);
    CHECK_THROWS_AS(
        manifest_view(reader,
                      {.repository = "team/app", .reference = "v2", .address = {.host = "h"}}),
        Error);
    CHECK_THROWS_AS(
        chart_view(reader, {.repository = "team/app", .reference = "v1", .address = {.host = "h"}}),
        Error);
}
