#include "chart/chart.hpp"
#include "chart/metadata.hpp"
#include "oci/reference.hpp"

#include <doctest/doctest.h>

using namespace berth;

TEST_CASE("versions as charts have them are accepted, and can be tags") {
    for (const std::string_view version :
         {"1.2.3", "v1.14.0", "0.0.1", "1.2", "3", "1.2.3-rc.1", "1.2.3+build.7", "1.2.3-a-b.1+x-y",
          "10.20.30-0", "1.0.0-alpha-1.beta"}) {
        CAPTURE(version);
        CHECK(chart::is_chart_version(version));
        const auto tag = chart::version_to_tag(version);
        CHECK(oci::parse_tag(tag).has_value());
        CHECK(chart::tag_to_version(tag) == version);
    }
    CHECK(chart::version_to_tag("1.2.3+4") == "1.2.3_4");
    CHECK(chart::tag_to_version("1.2.3_4") == "1.2.3+4");
}

TEST_CASE("what is not a version is refused") {
    for (const std::string& version : {std::string(),
                                       std::string("v"),
                                       std::string("latest"),
                                       std::string("1.2.3.4"),
                                       std::string("1..3"),
                                       std::string("1.2.3-"),
                                       std::string("1.2.3+"),
                                       std::string("1.2.3+a+b"),
                                       std::string("1.2.3-a..b"),
                                       std::string("1.2.3/../../evil"),
                                       std::string(".."),
                                       std::string("1/2"),
                                       std::string("1.2.3\n"),
                                       std::string("1.2.3 "),
                                       std::string("1.2.3_4"),
                                       std::string("-1.2.3"),
                                       std::string("1.2.3\0", 6),
                                       std::string("V1.2.3"),
                                       "1.2.3-" + std::string(120, 'a'),
                                       std::string(21, '1')}) {
        CAPTURE(version);
        CHECK_FALSE(chart::is_chart_version(version));
    }
}

TEST_CASE("names are plain file names") {
    for (const std::string& name :
         {std::string("pier"), std::string("a"), std::string("9-lives"),
          std::string("cert-manager"), std::string("a.b_c"), std::string(120, 'n')})
        CHECK(chart::is_chart_name(name));
    for (const std::string& name :
         {std::string(), std::string("."), std::string(".."), std::string("../evil"),
          std::string("a/b"), std::string(".hidden"), std::string("-rf"), std::string("a b"),
          std::string("a\x1b[31m"), std::string("a\0b", 3), std::string("\xc3\xbc"),
          std::string("a\\b"), std::string(121, 'n')}) {
        CAPTURE(name);
        CHECK_FALSE(chart::is_chart_name(name));
    }
}
