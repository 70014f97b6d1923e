#include "base/json.hpp"

#include <doctest/doctest.h>

#include <ctime>

using namespace berth;

namespace {

std::string nested(std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
}

std::string fault_in(std::string_view text) {
    const auto value = json::parse(text);
    return value.has_error() ? value.error().message() : "accepted";
}

/// The message that `use` of a reader of `text` throws.
std::string refusal(std::string_view text, const auto& use) {
    const json::Value value = json::parse(text).value();
    try {
        use(json::Reader(value, ""));
    } catch (const Error& error) {
        CHECK(error.code() == ErrorCode::content_invalid);
        return error.message();
    }
    return "accepted";
}

} // namespace

TEST_CASE("malformed documents are refused") {
    for (const std::string_view text : {"",
                                        " ",
                                        "{",
                                        "}",
                                        "nul",
                                        "{\"a\":1,}",
                                        "[1,]",
                                        "{'a':1}",
                                        "01",
                                        "1.",
                                        "+1",
                                        "NaN",
                                        "\"\n\"",
                                        "// c\n1",
                                        "\"\\ud800\"",
                                        "\"\xff\"",
                                        "\"\xc0\xaf\"",
                                        "\"\xed\xa0\x80\"",
                                        "\xef\xbb\xbf{}",
                                        "\"\\x\""}) {
        CAPTURE(text);
        CHECK(json::parse(text).has_error());
    }
}

TEST_CASE("text after the document is refused, space is not") {
    CHECK(json::parse(" {} \r\n\t").has_value());
    CHECK(fault_in("{} x").find("after the end") != std::string::npos);
    CHECK(json::parse("{}{}").has_error());
    CHECK(json::parse(std::string_view("{}\0", 3)).has_error());
}

TEST_CASE("32 levels are accepted and 33 are not") {
    CHECK(json::parse(nested(32)).has_value());
    CHECK(fault_in(nested(33)).find("deeper than 32") != std::string::npos);
    CHECK(json::parse(std::string(1'000'000, '[')).has_error());
}

TEST_CASE("a key that comes twice is refused by name, at any depth and however it is escaped") {
    CHECK(fault_in(R"({"a":1,"b":2,"a":1})").find("\"a\" comes twice") != std::string::npos);
    CHECK(json::parse(R"({"x":[{"size":1,"size":2}]})").has_error());
    CHECK(json::parse(R"({"a":1,"\u0061":2})").has_error());
    CHECK(json::parse(R"({"":1,"":2})").has_error());
    CHECK(json::parse(R"({"a":{"a":{"a":1}},"b":{"a":2}})").has_value());
    CHECK(json::parse(R"([{"a":1},{"a":1}])").has_value());
    CHECK(json::parse(R"({"a":1,"A":1})").has_value());
}

TEST_CASE("many keys take no more than their share of time") {
    std::string text = "{";
    for (int i = 0; i < 200'000; ++i) text += "\"key" + std::to_string(i) + "\":0,";
    text += "\"last\":0}";
    // Of the processor, not of the wall: a search through all keys for each would take minutes.
    const std::clock_t before = std::clock();
    CHECK(json::parse(text).has_value());
    CHECK(std::clock() - before < 20 * CLOCKS_PER_SEC);
}

TEST_CASE("long strings and keys come through whole") {
    const std::string long_text(300'000, 'k');
    const auto value = json::parse("{\"" + long_text + "\":\"" + long_text + "\"}").value();
    CHECK(json::Reader(value, "").required_text(long_text) == long_text);
}

TEST_CASE("both forms of writing keep the order of keys and can be read again") {
    const auto value =
        json::parse(
            R"({"z":1,"a":[true,null,-5,18446744073709551615],"e":[],"o":{},"t":"ü\u0001\""})")
            .value();
    CHECK(json::write(value) ==
          R"({"z":1,"a":[true,null,-5,18446744073709551615],"e":[],"o":{},"t":"ü\u0001\""})");
    CHECK(json::write_pretty(value) ==
          "{\n  \"z\": 1,\n  \"a\": [\n    true,\n    null,\n    -5,\n"
          "    18446744073709551615\n  ],\n  \"e\": [],\n"
          "  \"o\": {},\n  \"t\": \"ü\\u0001\\\"\"\n}\n");
    CHECK(json::parse(json::write_pretty(value)).value() == value);
}

TEST_CASE("numbers are printed for people") {
    CHECK(json::write(1.5) == "1.5");
    CHECK(json::write(0.1) == "0.1");
    CHECK(json::write(1e300) == "1e+300");
    CHECK(json::write(std::int64_t{-7}) == "-7");
    CHECK(json::write(1.0 / 0.0) == "null");
    CHECK(json::parse("1e5").value().is_double());
}

TEST_CASE("the reader gives what is there and nothing for absent and null") {
    const auto value = json::parse(R"({"t":"x","i":-3,"b":true,"n":null,"l":["a","b"],
        "m":{"k":"v"},"s":{"80/tcp":{},"53/udp":null},"o":{"t":"inner"},"os":[{"i":1},{"i":2}]})")
                           .value();
    const json::Reader reader(value, "");
    CHECK(reader.text("t") == "x");
    CHECK_FALSE(reader.text("n").has_value());
    CHECK_FALSE(reader.text("absent").has_value());
    CHECK(reader.integer("i") == -3);
    CHECK(reader.boolean("b") == true);
    CHECK(reader.texts("l") == std::vector<std::string>{"a", "b"});
    CHECK(reader.texts("n").empty());
    CHECK(reader.text_map("m").at("k") == "v");
    CHECK(reader.text_map("absent").empty());
    CHECK(reader.keys("s") == std::vector<std::string>{"80/tcp", "53/udp"});
    CHECK(reader.object("o")->required_text("t") == "inner");
    CHECK_FALSE(reader.object("n").has_value());
    REQUIRE(reader.objects("os").size() == 2);
    CHECK(reader.objects("os")[1].required_integer("i") == 2);
    CHECK(reader.objects("os")[1].path_of("i") == "os[1].i");
}

TEST_CASE("the reader names the field that is wrong") {
    const auto at = [](std::string_view text, const auto& use) { return refusal(text, use); };
    CHECK(at("[]", [](const auto&) {}) == "the document must be an object");
    CHECK(at("{}", [](const auto& r) { r.required_text("a"); }) == "field a is missing");
    CHECK(at(R"({"a":null})", [](const auto& r) { r.required_text("a"); }) == "field a is missing");
    CHECK(at(R"({"a":1})", [](const auto& r) { r.text("a"); }) == "field a must be a string");
    CHECK(at(R"({"a":"1"})", [](const auto& r) { r.integer("a"); }) ==
          "field a must be a whole number");
    CHECK(at(R"({"a":1.5})", [](const auto& r) { r.integer("a"); }) ==
          "field a must be a whole number");
    CHECK(at(R"({"a":9223372036854775808})", [](const auto& r) { r.integer("a"); }) ==
          "field a is too large");
    CHECK(at(R"({"a":1})", [](const auto& r) { r.boolean("a"); }) ==
          "field a must be true or false");
    CHECK(at(R"({"a":"x"})", [](const auto& r) { r.texts("a"); }) == "field a must be a list");
    CHECK(at(R"({"a":["x",2]})", [](const auto& r) { r.texts("a"); }) ==
          "field a[1] must be a string");
    CHECK(at(R"({"a":{"k\u001b":2}})", [](const auto& r) { r.text_map("a"); }) ==
          "field a[\"k\\x1b\"] must be a string");
    CHECK(at(R"({"a":[]})", [](const auto& r) { r.keys("a"); }) == "field a must be an object");
    CHECK(at(R"({"a":[1]})", [](const auto& r) { r.objects("a"); }) ==
          "field a[0] must be an object");
    CHECK(at(R"({"a":[{},{"b":{}}]})", [](const auto& r) {
              r.objects("a")[1].object("b")->required_integer("c");
          }) == "field a[1].b.c is missing");
}
