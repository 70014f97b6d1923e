#include "app/configuration_keys.hpp"
#include "app/configuration_load.hpp"

#include "base/file.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>

using namespace berth;
using namespace berth::app;
using namespace std::chrono_literals;

namespace {

LoadedConfiguration from_file(std::string text) {
    return load_configuration({.file = {{"berth.yaml", std::move(text)}}});
}

LoadedConfiguration from_variable(std::string name, std::string text) {
    return load_configuration({.variables = {{std::move(name), std::move(text)}}});
}

/// The only problem's text.
std::string problem(const LoadedConfiguration& loaded) {
    REQUIRE(loaded.problems.size() == 1);
    return loaded.problems[0].text();
}

std::string documentation(std::string_view page) {
    const std::filesystem::path here(BERTH_TESTDATA);
    return read_file((here / "../../../docs" / page).lexically_normal(), 1 << 20);
}

} // namespace

TEST_CASE("without any source everything is at its default") {
    const auto loaded = load_configuration({});
    CHECK(loaded.problems.empty());
    CHECK(loaded.value.http.listen == "127.0.0.1:8080");
    CHECK(loaded.origin("http.listen") == "default");
    CHECK_NOTHROW(loaded.require_valid());
}

TEST_CASE("a file sets scalars and lists") {
    const auto loaded = from_file(R"(
http:
  listen: ":8443"
  idle_timeout: 2m
storage:
  directory: /var/lib/berth
  blob_bytes: 100GB
log: {level: warn, format: json}
metrics: {anonymous: true}
rates: {user_per_second: 50}
policy:
  quotas:
    - {prefix: "", bytes: 1TiB}
    - prefix: team
      objects: 1000
  retention:
    - repositories: ci/**
      keep_newest: 20
      keep_younger: 14d
      keep_tags: [v*, latest]
  immutable:
    - tags: ["v[0-9]*"]
)");
    CHECK(loaded.problems.empty());
    const auto& value = loaded.value;
    CHECK(value.http.listen == ":8443");
    CHECK(value.http.idle_timeout == 2min);
    CHECK(value.storage.directory == "/var/lib/berth");
    CHECK(value.storage.blob_bytes == 100'000'000'000);
    CHECK(value.log.level == "warn");
    CHECK(value.metrics.anonymous);
    CHECK(value.rates.user_per_second == 50);
    REQUIRE(value.policy.quotas.size() == 2);
    CHECK(value.policy.quotas[0].bytes == std::uint64_t{1} << 40);
    CHECK_FALSE(value.policy.quotas[1].bytes.has_value());
    CHECK(value.policy.quotas[1].objects == 1000);
    REQUIRE(value.policy.retention.size() == 1);
    CHECK(value.policy.retention[0].keep_newest == 20);
    CHECK(value.policy.retention[0].keep_younger == 14 * 24h);
    CHECK(value.policy.retention[0].keep_tags == std::vector<std::string>{"v*", "latest"});
    CHECK(value.policy.retention[0].remove_untagged);
    CHECK(value.policy.immutable[0].repositories == "**");
    CHECK(loaded.origin("http.listen") == "berth.yaml:3:11");
}

TEST_CASE("a flag wins over the environment, that over the file") {
    ConfigurationSources sources{
        .file = {{"f", "http: {listen: ':1', drain: 1s, idle_timeout: 9s}"}},
        .variables = {{"BERTH_HTTP__LISTEN", ":2"},
                      {"BERTH_HTTP__DRAIN", "2s"},
                      {"BERTH_HTTP__STALL_TIMEOUT", ""},
                      {"BERTH_STORE", "/of/another/command"},
                      {"PATH", "/bin"}}};
    sources.overrides = {{"http.listen", ":3", "--listen"}};
    const auto loaded = load_configuration(sources);
    CHECK(loaded.problems.empty());
    CHECK(loaded.value.http.listen == ":3");
    CHECK(loaded.origin("http.listen") == "--listen");
    CHECK(loaded.value.http.drain == 2s);
    CHECK(loaded.origin("http.drain") == "BERTH_HTTP__DRAIN");
    CHECK(loaded.value.http.idle_timeout == 9s);
    CHECK(loaded.value.http.stall_timeout == 30s);
}

TEST_CASE("lists come from the environment as YAML or JSON, and replace the file's") {
    auto sources =
        ConfigurationSources{.file = {{"f", "policy: {quotas: [{prefix: a, bytes: 1}]}"}}};
    sources.variables["BERTH_POLICY__QUOTAS"] = R"([{"prefix":"b","bytes":"2KiB"}])";
    const auto loaded = load_configuration(sources);
    CHECK(loaded.problems.empty());
    REQUIRE(loaded.value.policy.quotas.size() == 1);
    CHECK(loaded.value.policy.quotas[0].prefix == "b");
    CHECK(loaded.value.policy.quotas[0].bytes == 2048);
    CHECK(
        problem(from_variable("BERTH_POLICY__QUOTAS", "[{")).starts_with("BERTH_POLICY__QUOTAS: "));
}

TEST_CASE("an address that looks like YAML is taken as it is from the environment") {
    CHECK(from_variable("BERTH_HTTP__LISTEN", "[::1]:80").value.http.listen == "[::1]:80");
}

TEST_CASE("every key can be set by its variable") {
    std::set<std::string> names;
    const Configuration initial;
    for (const auto& key : configuration_keys()) {
        CAPTURE(key.name);
        CHECK(names.insert(variable_of(key.name)).second);
        auto text = field::initial_text(key.write(initial));
        if (key.name == "oidc.public_url") text = "https://berth.example";
        if (text.empty()) text = key.type == "absolute path" ? "/x" : "[]";
        const auto loaded = from_variable(variable_of(key.name), text);
        const bool alone = key.name == "http.certificate_file" || key.name == "http.key_file";
        CHECK(loaded.problems.size() == (alone ? 1 : 0));
        CHECK(loaded.origin(key.name) == variable_of(key.name));
    }
}

TEST_CASE("an unknown key is named with its place and the nearest one") {
    CHECK(problem(from_file("http:\n  listn: \":80\"\n")) ==
          "berth.yaml:2:3: no key \"listn\" in http (did you mean listen?)");
    CHECK(problem(from_file("htp: {}\n")) ==
          "berth.yaml:1:1: no section \"htp\" (did you mean http?)");
    CHECK(problem(from_file("listen: \":80\"\n")) ==
          "berth.yaml:1:1: no section \"listen\" (listen belongs under http)");
    CHECK(problem(from_file("policy: {quotas: [{prefx: a, prefix: b, bytes: 1}]}")) ==
          "berth.yaml:1:20: no key \"prefx\" here (did you mean prefix?)");
    CHECK(
        problem(from_variable("BERTH_HTTP__LISTN", "x")).find("did you mean BERTH_HTTP__LISTEN?") !=
        std::string::npos);
    const auto loaded =
        load_configuration({.overrides = {{"http.lisen", "x", "--set http.lisen"}}});
    CHECK(problem(loaded).find("did you mean http.listen?") != std::string::npos);
}

TEST_CASE("all problems are found at once") {
    const auto loaded = from_file(R"(
http: {listen: nowhere, idle_timeout: 5, max_requests: 0, certificate_file: /c}
storage: {directory: relative, blob_bytes: 1.5TB, nothing: 1}
log: {level: loud}
metrics: [1]
policy:
  quotas: [{bytes: 1}, {prefix: a}]
  retention: [{repositories: "[", keep_newest: many}]
)");
    std::string all;
    for (const auto& each : loaded.problems) all += each.text() + "\n";
    INFO(all);
    CHECK(loaded.problems.size() == 13);
    for (const auto* part :
         {"berth.yaml:2:16: \"nowhere\" is not HOST:PORT", "\"5\" is not a duration",
          "\"0\" is not within 1 to 10000", "TLS needs both",
          "\"relative\" is not an absolute path", "\"1.5TB\" is not a size",
          "no key \"nothing\" in storage", "\"loud\" is not one of debug, info, warn, error",
          "keys of metrics are due here", "prefix is missing", "the quota for \"a\" limits nothing",
          "\"many\" is not a number"}) {
        CAPTURE(part);
        CHECK(all.find(part) != std::string::npos);
    }
    CHECK_THROWS_WITH_AS(loaded.require_valid(), doctest::Contains("13 problems"), Error);
}

TEST_CASE("what is no mapping, and what is no YAML, is said with its place") {
    CHECK(problem(from_file("- a\n")).starts_with("berth.yaml:1:1: sections with keys"));
    CHECK(problem(from_file("http:\n  listen: [\n")).starts_with("berth.yaml:3:1: "));
    CHECK(from_file("http:\nlog: ~\n").problems.empty());
    CHECK(from_file("").problems.empty());
}

TEST_CASE("the schema knows every key and nothing else") {
    const auto schema = configuration_schema();
    const auto& sections = schema.at("properties").as_object();
    for (const auto& key : configuration_keys()) {
        const auto dot = key.name.find('.');
        const auto& section = sections.at(key.name.substr(0, dot));
        CHECK(section.at("additionalProperties") == false);
        CHECK(section.at("properties").as_object().contains(key.name.substr(dot + 1)));
    }
}

TEST_CASE("a prefix with a slash at its end is the same prefix, and has one quota") {
    const auto slash = from_file("policy:\n  quotas: [{prefix: team/, bytes: 1}]\n");
    CHECK(slash.problems.empty());
    REQUIRE(slash.value.policy.quotas.size() == 1);
    CHECK(slash.value.policy.quotas[0].prefix == "team");
    const auto two = from_file(
        "policy:\n  quotas: [{prefix: team, bytes: 1}, {prefix: a, bytes: 1}, {prefix: team/, "
        "objects: 2}]\n");
    REQUIRE(two.problems.size() == 1);
    CHECK(two.problems[0].text().find(
              "2:11: two quotas are for the same prefix: \"team\" and \"team/\"") !=
          std::string::npos);
}

TEST_CASE("docs/configuration.md holds the table of keys") {
    // `berth config reference` prints it.
    CHECK(documentation("configuration.md").find(configuration_markdown()) != std::string::npos);
}
