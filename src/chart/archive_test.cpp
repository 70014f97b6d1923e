#include "chart/archive.hpp"

#include "base/file.hpp"
#include "chart/chart_yaml.hpp"
#include "chart/test_charts.hpp"

#include <doctest/doctest.h>

using namespace berth;
using namespace berth::chart::testing;
using codec::TarType;

namespace {

struct Outcome {
    ErrorCode code;
    std::string text;
};

/// What checking says; internal and "accepted" if nothing is wrong.
Outcome check(std::string compressed, const chart::Metadata& metadata) {
    try {
        const auto source =
            chart::open_archive(std::make_unique<MemorySource>(std::move(compressed)));
        chart::check_archive(*source, metadata);
    } catch (const Error& error) {
        return {error.code(), error.what()};
    }
    return {ErrorCode::internal, "accepted"};
}

chart::Metadata pier() {
    return {.name = "pier",
            .version = "1.2.3",
            .app_version = {},
            .description = {},
            .type = {},
            .icon = {}};
}

std::string fault_in(const Entries& entries) {
    const Outcome outcome = check(gzip(tar_of(entries)), pier());
    if (outcome.text != "accepted") CHECK(outcome.code == ErrorCode::content_invalid);
    return outcome.text;
}

} // namespace

TEST_CASE("a chart by helm package is accepted for what it is and for nothing else") {
    const std::string archive = read_file(BERTH_TESTDATA "/pier-1.2.3+build.7.tgz", 1 << 20);
    auto metadata = pier();
    CHECK(check(archive, metadata).text.find("the chart's config has \"1.2.3\"") !=
          std::string::npos);
    metadata.version = "1.2.3+build.7";
    CHECK(check(archive, metadata).text == "accepted");
    metadata.name = "quay";
    CHECK(check(archive, metadata).text.find("not below quay") != std::string::npos);
}

TEST_CASE("good archives are accepted") {
    CHECK(fault_in(good_chart()) == "accepted");
    CHECK(fault_in(good_chart_and({{entry("./pier/", TarType::directory), ""},
                                   {entry("./", TarType::directory), ""},
                                   {entry("pier/charts/sub/Chart.yaml"), "name: sub"}})) ==
          "accepted");
}

TEST_CASE("what has no place in a chart is refused") {
    const std::pair<Entries, std::string_view> rows[] = {
        {{}, "no pier/Chart.yaml"},
        {{{entry("pier/values.yaml"), ""}}, "no pier/Chart.yaml"},
        {{{entry("pier/sub/Chart.yaml"), chart_yaml}}, "no pier/Chart.yaml"},
        {{{entry("Chart.yaml"), chart_yaml}}, "not below pier"},
        {{{entry("pier"), chart_yaml}}, "not below pier"},
        {good_chart_and({{entry("pier2/x"), ""}}), "not below pier"},
        {good_chart_and({{entry("other", TarType::directory), ""}}), "not below pier"},
        {good_chart_and({{entry("pier/../../evil"), ""}}), "entry 3"},
        {good_chart_and({{entry("/pier/x"), ""}}), "not absolute"},
        {good_chart_and({{entry("pier/a\\b"), ""}}), "no backslashes"},
        {good_chart_and({{entry("pier/s", TarType::symlink, "values.yaml"), ""}}), "no links"},
        {good_chart_and({{entry("pier/h", TarType::hard_link, "pier/values.yaml"), ""}}),
         "no links"},
        {good_chart_and({{entry("pier/f", TarType::fifo), ""}}), "no devices"},
        {good_chart_and({{entry("pier/values.yaml"), ""}}), "comes twice"},
        {good_chart_and({{entry("./pier//values.yaml"), ""}}), "comes twice"},
        {{{entry("pier/Chart.yaml"), "name: quay\nversion: 1.2.3\n"}}, "has the name \"quay\""},
        {{{entry("pier/Chart.yaml"), "name: pier\nversion: 6.6.6\n"}}, "has the version \"6.6.6\""},
        {{{entry("pier/Chart.yaml"), "not a chart"}}, "must be a mapping"},
    };
    for (const auto& [entries, why] : rows) {
        const auto fault = fault_in(entries);
        CAPTURE(fault);
        CAPTURE(why);
        CHECK(fault.find(why) != std::string::npos);
    }
}

TEST_CASE("damaged and foreign archives are refused") {
    const std::string good = gzip(tar_of(good_chart()));
    CHECK(check(good, pier()).text == "accepted");
    CHECK(check(good.substr(0, good.size() - 10), pier()).code == ErrorCode::content_invalid);
    CHECK(check(tar_of(good_chart()), pier()).code == ErrorCode::content_invalid);
    CHECK(check("", pier()).code == ErrorCode::content_invalid);
    CHECK(check(good + "trailing", pier()).code == ErrorCode::content_invalid);
}

TEST_CASE("an archive that says it is huge is refused before it is read") {
    std::string archive;
    codec::TarWriter writer([&](auto bytes) { archive += as_text(bytes); });
    auto huge = entry("pier/huge");
    huge.size = std::uint64_t{1} << 40;
    writer.add(huge);
    CHECK(check(gzip(archive), pier()).code == ErrorCode::limit_exceeded);
}

TEST_CASE("a large Chart.yaml is refused") {
    const Entries entries{
        {entry("pier/Chart.yaml"), std::string(chart::chart_yaml_limit + 1, '#')}};
    CHECK(check(gzip(tar_of(entries)), pier()).code == ErrorCode::limit_exceeded);
}
