#include "app/yaml_document.hpp"

#include <doctest/doctest.h>

using namespace berth::app;

namespace {

YamlNode parsed(std::string_view text) {
    auto result = parse_yaml(text);
    REQUIRE(std::holds_alternative<YamlNode>(result));
    return std::get<YamlNode>(std::move(result));
}

std::string problem(std::string_view text) {
    const auto result = parse_yaml(text);
    const auto* found = std::get_if<YamlProblem>(&result);
    if (found == nullptr) return "none";
    return std::to_string(found->line) + ":" + std::to_string(found->column) + ": " +
           found->message;
}

} // namespace

TEST_CASE("a document is a tree that knows its places") {
    const auto root = parsed("http:\n  listen: \":8080\" # everywhere\nlist: [a, {b: ~}]\n");
    REQUIRE(root.members.size() == 2);
    const auto& http = root.members[0].value;
    CHECK(http.members[0].key.text == "listen");
    CHECK(http.members[0].value.text == ":8080");
    CHECK(http.members[0].value.line == 2);
    CHECK(http.members[0].value.column == 11);
    const auto& list = root.members[1].value;
    CHECK(list.kind == YamlNode::Kind::sequence);
    CHECK(list.items[1].members[0].value.kind == YamlNode::Kind::null);
}

TEST_CASE("JSON is YAML, nothing is null, and quotes make text of it") {
    CHECK(parsed("[{\"prefix\": \"\", \"bytes\": 5}]").items[0].members.size() == 2);
    CHECK(parsed("").kind == YamlNode::Kind::null);
    CHECK(parsed("# only a comment\n").kind == YamlNode::Kind::null);
    CHECK(parsed("a: \"\"").members[0].value.kind == YamlNode::Kind::scalar);
    CHECK(parsed("a:").members[0].value.kind == YamlNode::Kind::null);
}

TEST_CASE("what is refused is refused with its place") {
    CHECK(problem("a: 1\na: 2\n") == "2:1: the key \"a\" comes twice");
    CHECK(problem("a: &x 1\nb: *x\n").starts_with("2:4: aliases"));
    CHECK(problem("? [a]\n: 1\n").find("a key must be text") != std::string::npos);
    CHECK(problem("a: 1\n---\nb: 2\n").find("more than one document") != std::string::npos);
    CHECK(problem("a: [1\n").starts_with("2:1: "));
    CHECK(problem(std::string(20, '[') + std::string(20, ']')).find("deeper") != std::string::npos);
    CHECK(problem(std::string(2'000'000, ' ')).find("larger") != std::string::npos);
    CHECK(problem("a:\tb: c\n") != "none");
}
