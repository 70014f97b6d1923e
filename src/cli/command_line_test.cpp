#include "cli/command_line.hpp"

#include <doctest/doctest.h>

using namespace berth;
using namespace berth::cli;

namespace {

const Command sample = {
    .name = "sample",
    .summary = "A sample",
    .description = "",
    .examples = {},
    .arguments = {{.name = "REF", .help = "a reference"},
                  {.name = "FILE", .help = "files", .required = false, .repeatable = true}},
    .flags =
        {{.name = "platform", .value = "OS/ARCH", .help = "", .letter = 'p', .repeatable = true},
         {.name = "store", .value = "DIR", .help = "", .variable = "BERTH_STORE"},
         {.name = "jobs", .value = "N", .help = "", .letter = 'j'},
         {.name = "force", .value = "", .help = "", .letter = 'f', .variable = "FORCE"},
         {.name = "secret-alias", .value = "", .help = "", .hidden = true}},
    .run = nullptr};

Result<CommandLine> parse(const std::vector<std::string>& words, const std::string& store = "",
                          const std::string& force = "") {
    return CommandLine::parse(sample, words, [&](std::string_view name) {
        return name == "BERTH_STORE" ? store : name == "FORCE" ? force : std::string();
    });
}

std::string hint_of(const std::vector<std::string>& words) {
    const auto line = parse(words);
    REQUIRE(line.has_error());
    CHECK(line.error().code() == ErrorCode::usage);
    return line.error().hint();
}

} // namespace

TEST_CASE("values follow their flag, or stand behind an equals sign or a letter") {
    const auto line = parse({"ref", "--store", "a b", "-j4"}).value();
    CHECK(line.value("store") == "a b");
    CHECK(line.number("jobs", 1, 1, 9) == 4);
    CHECK(parse({"ref", "--store=x=y"}).value().value("store") == "x=y");
    CHECK(parse({"ref", "-j=7"}).value().value("jobs") == "7");
    CHECK(parse({"ref", "-j", "7"}).value().value("jobs") == "7");
    CHECK(parse({"ref", "--store="}).value().value("store") == "");
}

TEST_CASE("a repeatable flag keeps all values in order, another one only takes one") {
    CHECK(parse({"r", "-p", "a", "--platform=b"}).value().values("platform") ==
          std::vector<std::string>{"a", "b"});
    CHECK(parse({"r", "--store", "a", "--store", "b"}).has_error());
}

TEST_CASE("switches stand together and can be turned off") {
    const auto line = parse({"r", "-fvv"}).value();
    CHECK(line.has("force"));
    CHECK(line.count("verbose") == 2);
    CHECK_FALSE(parse({"r", "--force=false"}, "", "1").value().has("force"));
    CHECK(parse({"r", "--force=false"}).value().switched_off("force"));
    CHECK(parse({"r", "--force=maybe"}).has_error());
}

TEST_CASE("a variable stands in for a flag that is not given") {
    CHECK(parse({"r"}, "/v").value().value("store") == "/v");
    CHECK(parse({"r", "--store", "/f"}, "/v").value().value("store") == "/f");
    CHECK(parse({"r"}, "", "1").value().has("force"));
    CHECK_FALSE(parse({"r"}, "", "0").value().has("force"));
}

TEST_CASE("after two dashes everything is an argument, and one dash alone always is") {
    CHECK(parse({"r", "--", "--store", "-f"}).value().arguments() ==
          std::vector<std::string>{"r", "--store", "-f"});
    CHECK(parse({"-"}).value().argument(0) == "-");
}

TEST_CASE("an unknown flag is answered with the one that was meant") {
    CHECK(hint_of({"r", "--platfrom", "x"}) == "did you mean --platform?");
    CHECK(hint_of({"r", "--stroe=x"}) == "did you mean --store?");
    CHECK(hint_of({"r", "--zzzzzzzz"}) == "see berth sample --help");
    CHECK(hint_of({"r", "-z"}) == "see berth sample --help");
    CHECK(hint_of({"r", "--secret-alia"}) == "see berth sample --help");
}

TEST_CASE("a choice is checked and a near one named") {
    CHECK(hint_of({"r", "-o", "jsno"}) == "did you mean json?");
    CHECK(hint_of({"r", "--progress", "bar"}).starts_with("see berth"));
    CHECK(parse({"r", "-o", "template={{.x}}"}).has_value());
}

TEST_CASE("arguments are counted, unless help is asked for") {
    CHECK(parse({}).has_error());
    CHECK(parse({"--help"}).value().has("help"));
    CHECK(parse({"r", "1", "2", "3"}).value().arguments().size() == 4);
}

TEST_CASE("a missing value and a number out of bounds are usage errors") {
    CHECK(parse({"r", "--store"}).has_error());
    for (const auto* text : {"0", "10", "x", "-1", "99999999999999999999", ""}) {
        CAPTURE(text);
        const auto line = parse({"r", std::string("--jobs=") + text}).value();
        CHECK_THROWS_AS((void)line.number("jobs", 1, 1, 9), Error);
    }
}

TEST_CASE("suggestions are two edits away at most") {
    const std::vector<std::string> known = {"pull", "push", "unpack", "inspect"};
    CHECK(suggestion("unpakc", known) == "unpack");
    CHECK(suggestion("pul", known) == "pull");
    CHECK(suggestion("insp", known) == "inspect");
    CHECK_FALSE(suggestion("delete", known).has_value());
    CHECK_FALSE(suggestion("", known).has_value());
    CHECK_FALSE(suggestion(std::string(100'000, 'p'), known).has_value());
}
