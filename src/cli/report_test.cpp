#include "cli/report.hpp"

#include <doctest/doctest.h>

using namespace berth;
using namespace berth::cli;

namespace {

Report list() {
    return {json::Array{json::Object{{"name", "a"}, {"size", 2048}, {"more", "m"}},
                        json::Object{{"name", "longer"}, {"size", 17}}},
            {{Section::Shape::rows,
              "",
              {{"NAME", "name"},
               {"SIZE", "size", Column::Kind::size},
               {"MORE", "more", Column::Kind::text, true}}}}};
}

std::string rendered(std::string_view format, const Report& report) {
    return OutputFormat::parse(format).value().render(report);
}

} // namespace

TEST_CASE("a table is aligned, without blanks at the end of lines") {
    CHECK(rendered("table", list()) == "NAME    SIZE\na       2 KiB\nlonger  17 B\n");
    CHECK(rendered("wide", list()) == "NAME    SIZE   MORE\na       2 KiB  m\nlonger  17 B\n");
}

TEST_CASE("name prints one per line, a template one line per element") {
    CHECK(rendered("name", list()) == "a\nlonger\n");
    CHECK(rendered("template={{.name}}={{.size}}", list()) == "a=2048\nlonger=17\n");
}

TEST_CASE("a card shows fields that are there, nested ones and lists too") {
    const Report report{json::Object{{"digest", "sha256:x"},
                                     {"config", json::Object{{"os", "linux"}}},
                                     {"files", json::Array{"a", "b"}},
                                     {"layers", json::Array{}}},
                        {{Section::Shape::card,
                          "",
                          {{"Digest", "digest"},
                           {"System", "config.os"},
                           {"Files", "files", Column::Kind::list},
                           {"Absent", "absent"}}},
                         {Section::Shape::rows, "layers", {{"LAYER", "digest"}}}},
                        "digest"};
    CHECK(rendered("table", report) == "Digest:  sha256:x\nSystem:  linux\nFiles:   a, b\n");
    CHECK(rendered("name", report) == "sha256:x\n");
}

TEST_CASE("control characters of foreign text do not reach the terminal in a table") {
    const Report report{json::Array{json::Object{{"name", "a\x1b[2J"}}},
                        {{Section::Shape::rows, "", {{"NAME", "name"}}}}};
    CHECK(rendered("table", report).find('\x1b') == std::string::npos);
}

TEST_CASE("JSON is the whole value") {
    CHECK(json::parse(rendered("json", list())).value() == list().value);
}

TEST_CASE("YAML quotes what could be read as something else than text") {
    const json::Value value = json::Object{
        {"plain", "sha256:0a"},
        {"word", "No"},
        {"number", "12"},
        {"line", "a\nb"},
        {"colon", "a: b"},
        {"empty", ""},
        {"none", nullptr},
        {"on", true},
        {"list", json::Array{1, json::Object{{"a", 1}, {"b", json::Array{"x"}}}, json::Array{}}}};
    CHECK(write_yaml(value) ==
          "plain: sha256:0a\nword: \"No\"\nnumber: \"12\"\n"
          "line: \"a\\nb\"\ncolon: \"a: b\"\nempty: \"\"\nnone: null\n"
          "\"on\": true\nlist:\n- 1\n- a: 1\n  b:\n  - x\n- []\n");
    CHECK(write_yaml(json::Array()) == "[]\n");
    CHECK(write_yaml(json::Object()) == "{}\n");
}

TEST_CASE("templates take paths, json, join and len") {
    const Report report{
        json::Object{{"config", json::Object{{"os", "linux"}}}, {"tags", json::Array{"a", "b"}}},
        {}};
    CHECK(rendered("template={{ .config.os }}!\\n", report) == "linux!\n");
    CHECK(rendered("template={{json .config}}", report) == "{\"os\":\"linux\"}\n");
    CHECK(rendered("template={{join .tags \", \"}} {{len .tags}}", report) == "a, b 2\n");
    CHECK(rendered("template={{json .}}", report) == json::write(report.value) + "\n");
}

TEST_CASE("a template that is wrong says where, an absent field which there are") {
    for (const auto* text : {"template={{.a", "template={{a}}", "template={{.a..b}}",
                             "template={{join .a \"}}", "template={{range .a}}", "template={{}}"}) {
        CAPTURE(text);
        CHECK(OutputFormat::parse(text).has_error());
    }
    try {
        (void)rendered("template={{.digset}}", list());
        FAIL("no error");
    } catch (const Error& error) {
        CHECK(error.code() == ErrorCode::usage);
        CHECK(error.hint() == "there are name, size, more");
    }
}

TEST_CASE("unknown formats are refused") {
    CHECK(OutputFormat::parse("xml").has_error());
    CHECK(OutputFormat::parse("").has_error());
}
