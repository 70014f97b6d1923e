#include "chart/chart_yaml.hpp"

#include <doctest/doctest.h>

using namespace berth;

namespace {

std::string fault_in(std::string_view text) {
    const auto identity = chart::parse_chart_yaml(text);
    if (!identity.has_error()) return "accepted";
    CHECK(identity.error().code() == ErrorCode::content_invalid);
    return identity.error().message();
}

} // namespace

TEST_CASE("name and version are found wherever they stand at the top") {
    const auto identity = chart::parse_chart_yaml(R"(# a chart
apiVersion: v2
maintainers:
  - name: not this one
    version: nor this
? [complex, key]
: x
version: "1.2.3"
dependencies: [{name: other, version: 9.9.9}]
name: 'pier'
)")
                              .value();
    CHECK(identity.name == "pier");
    CHECK(identity.version == "1.2.3");
    CHECK(chart::parse_chart_yaml("{name: a, version: 1.0.0}").value().version == "1.0.0");
}

TEST_CASE("what does not say clearly which chart it is, is refused") {
    std::string deep = "name: a\nversion: 1.0.0\nx: ";
    for (int i = 0; i < 100; ++i) deep += "[";
    for (int i = 0; i < 100; ++i) deep += "]";
    const std::pair<std::string, std::string_view> rows[] = {
        {"", "empty"},
        {"# nothing", "empty"},
        {"pier", "must be a mapping"},
        {"- name: pier", "must be a mapping"},
        {"version: 1.2.3", "name is missing"},
        {"name: pier", "version is missing"},
        {"x: {name: pier, version: 1.2.3}", "name is missing"},
        {"name: pier\nname: quay\nversion: 1.2.3", "name comes twice"},
        {"name: [pier]\nversion: 1.2.3", "name must be text"},
        {"x: &a pier\nname: *a\nversion: 1.2.3", "name must be text"},
        {"name: pier\nversion: 1.2.3\n---\nname: quay\n", "more than one document"},
        {"name: pier\n\tversion: 1.2.3", "line 2"},
        {"name: \"pier", "line"},
        {"name: \xff", "Chart.yaml"},
        {deep, "deeper than 64"},
        {std::string(chart::chart_yaml_limit + 1, '#'), "larger than"},
    };
    for (const auto& [text, why] : rows) {
        CAPTURE(text.substr(0, 80));
        const auto fault = fault_in(text);
        CAPTURE(fault);
        CHECK(fault.find(why) != std::string::npos);
    }
}
