#include "cli/run.hpp"
#include "cli/completion.hpp"
#include "cli/help.hpp"
#include "cli/man_page.hpp"

#include <doctest/doctest.h>
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

using namespace berth;
using namespace berth::cli;

namespace {

namespace fs = std::filesystem;

struct Outcome {
    int status;
    std::string out;
    std::string err;
};

Outcome run_words(const std::vector<std::string>& words,
                  std::map<std::string, std::string, std::less<>> variables = {},
                  const std::vector<Command>& table = commands()) {
    Outcome outcome{};
    Console console({[&](std::string_view text) { outcome.out += text; }},
                    {[&](std::string_view text) { outcome.err += text; }},
                    [] { return std::string("word\n"); });
    SystemClock clock;
    Surroundings surroundings{
        .environment = {std::move(variables), 1000}, .console = console, .clock = clock};
    outcome.status = run(table, words, surroundings);
    return outcome;
}

std::string content(const fs::path& file) {
    std::ifstream stream(file);
    std::ostringstream text;
    text << stream.rdbuf();
    return text.str();
}

/// Compares with a file in testdata/; BERTH_ACCEPT=1 writes it instead.
void check_golden(const std::string& name, const std::string& text) {
    const auto file = fs::path(BERTH_TESTDATA) / name;
    if (std::getenv("BERTH_ACCEPT")) {
        fs::create_directories(file.parent_path());
        std::ofstream(file) << text;
    }
    CAPTURE(name);
    CHECK(content(file) == text);
}

struct RunFolder {
    fs::path path;
    RunFolder() {
        char name[] = "/tmp/berth-cli-XXXXXX";
        path = ::mkdtemp(name);
    }
    ~RunFolder() { fs::remove_all(path); }
};

} // namespace

TEST_CASE("help of every command and topic is as reviewed") {
    check_golden("help/berth.txt", run_words({"help"}).out);
    for (const auto& command : commands()) {
        if (command.hidden) {
            CHECK(run_words({"help"}).out.find(command.name + " ") == std::string::npos);
            continue;
        }
        auto name = command.name;
        std::replace(name.begin(), name.end(), ' ', '-');
        check_golden("help/" + name + ".txt", command_help(command));
    }
    for (const auto& topic : topics()) {
        CHECK(run_words({"help", topic.name}).out == topic.text);
    }
}

TEST_CASE("every command has three examples that it can parse") {
    for (const auto& command : commands()) {
        CAPTURE(command.name);
        CHECK(command.examples.size() == 3);
        CHECK(command.summary.size() < 80);
        for (const auto& example : command.examples) {
            CAPTURE(example.line);
            CHECK(example.line.find("berth " + command.name.substr(0, 3)) != std::string::npos);
        }
    }
}

TEST_CASE("help lines fit into 100 columns and flags have one letter each") {
    for (const auto& command : commands()) {
        std::istringstream help(command_help(command));
        for (std::string line; std::getline(help, line);) {
            CAPTURE(line);
            CHECK(line.size() <= 100);
        }
        std::map<char, int> letters;
        for (const auto& flag : all_flags(command)) ++letters[flag.letter];
        letters.erase('\0');
        for (const auto& [letter, count] : letters) CHECK(count == 1);
    }
}

TEST_CASE("wrong usage ends with 2, one line and a hint, and prints no data") {
    const auto typo = run_words({"pull", "--platfrom", "x", "debian"});
    CHECK(typo.status == 2);
    CHECK(typo.out.empty());
    CHECK(typo.err ==
          "berth: error: unknown flag \"--platfrom\" for berth pull\n"
          "hint: did you mean --platform?\n");
    CHECK(run_words({"pul"}).err.find("did you mean berth pull?") != std::string::npos);
    CHECK(run_words({"auth"}).err.find("auth explain") != std::string::npos);
    CHECK(run_words({"pull"}).status == 2);
    CHECK(run_words({"--frobnicate"}).status == 2);
    CHECK(run_words({"pull", "UPPER/case"}).status == 2);
    CHECK(run_words({"pull", "debian", "-o", "template={{.x"}).status == 2);
    CHECK(run_words({"help", "exit-code"}).err.find("exit-codes") != std::string::npos);
}

TEST_CASE("what a hint comes to at a terminal is said in flags and commands") {
    using enum Remedy::Kind;
    static Error thrown;
    const std::vector<Command> table{
        {"fail", "", "", {}, {}, {}, [](Invocation&) -> int { throw thrown; }}};
    const auto hint_for = [&](Remedy remedy) {
        thrown = Error(ErrorCode::tls_invalid, "no").set_hint("do this", std::move(remedy));
        return run_words({"fail"}, {}, table).err;
    };
    CHECK(hint_for({}) == "berth: error: no\nhint: do this\n");
    CHECK(hint_for({log_in, "a.test"}).ends_with("\nhint: do this (`berth login a.test`)\n"));
    CHECK(hint_for({trust_realm, "b.test"}).find("--realm-host b.test") != std::string::npos);
    CHECK(hint_for({use_plain_http}).find("(--plain-http)") != std::string::npos);
    CHECK(hint_for({use_tls}).find("leave out --plain-http") != std::string::npos);
    CHECK(hint_for({trust_authority}).find("--ca-file") != std::string::npos);
    CHECK(hint_for({show_certificate}).find("--cert-file and --key-file") != std::string::npos);
}

TEST_CASE("as log lines, errors are one JSON object each") {
    const auto typo = run_words({"pull", "UPPER/case", "--log-format", "json"});
    CHECK(typo.status == 2);
    CHECK(std::count(typo.err.begin(), typo.err.end(), '\n') == 1);
    const auto line = json::parse(typo.err);
    REQUIRE(line.has_value());
    CHECK(line->at("level").as_string() == "error");
    CHECK(line->at("code").is_string());
    CHECK(line->at("msg").is_string());
    CHECK(run_words({"pull", "x", "--log-format", "xml"}).status == 2);
}

TEST_CASE("help and version need nothing and go to stdout") {
    CHECK(run_words({}).status == 0);
    CHECK(run_words({"--version"}).out == "berth " + version() + "\n");
    CHECK(run_words({"version", "-o", "name"}).out == version() + "\n");
    const auto help = run_words({"pull", "--help"});
    CHECK(help.out == command_help(*find_command(commands(), {"pull"}).command));
    CHECK(help.err.empty());
}

TEST_CASE("a missing layout is not found, a file that is none is no crash") {
    RunFolder folder;
    CHECK(run_words({"inspect", "oci:" + (folder.path / "absent:x").string()}).status == 3);
    CHECK(run_words({"unpack", "oci-archive:/dev/null:x", (folder.path / "b").string()}).status !=
          0);
    CHECK_FALSE(fs::exists(folder.path / "b"));
}

TEST_CASE("a password without a user, and -p with a warning") {
    const auto login = run_words({"login", "registry.test", "-p", "x"}, {{"HOME", "/nowhere"}});
    CHECK(login.status == 2);
    CHECK(run_words({"tags", "registry.test/a", "-p", "secret"}).status == 2);
}

TEST_CASE("auth explain names every source and anonymous last") {
    RunFolder folder;
    const auto explained = run_words({"auth", "explain", "https://registry.test/v2/", "-o", "json"},
                                     {{"HOME", folder.path}, {"XDG_RUNTIME_DIR", folder.path}});
    CHECK(explained.status == 0);
    const auto rows = json::parse(explained.out).value();
    REQUIRE(rows.as_array().size() == 7);
    CHECK(rows.as_array().back().as_object().at("source").as_string() == "anonymous");
    CHECK(rows.as_array().back().as_object().at("used").as_bool());
}

TEST_CASE("completion scripts are accepted by the shells that are installed") {
    RunFolder folder;
    for (const std::string shell : {"bash", "zsh", "fish"}) {
        if (std::system(("command -v " + shell + " >/dev/null").c_str()) != 0) continue;
        const auto file = folder.path / shell;
        std::ofstream(file) << completion_script(shell, commands()).value();
        CAPTURE(shell);
        CHECK(std::system((shell + " -n " + file.string()).c_str()) == 0);
    }
    CHECK(completion_script("tcsh", commands()).has_error());
    CHECK(powershell_completion(commands()).find("'auth explain'") != std::string::npos);
}

TEST_CASE("bash completes commands, flags and values") {
    RunFolder folder;
    const auto script = folder.path / "berth.bash";
    std::ofstream(script) << bash_completion(commands());
    const auto completes = [&](const std::string& words, int position) {
        const auto out = folder.path / "out";
        const auto line = "bash -c 'source " + script.string() + "; COMP_WORDS=(" + words +
                          "); COMP_CWORD=" + std::to_string(position) +
                          "; _berth; echo \"${COMPREPLY[*]}\"' > " + out.string();
        REQUIRE(std::system(line.c_str()) == 0);
        return content(out);
    };
    CHECK(completes("berth pu", 1) == "pull push\n");
    CHECK(completes("berth auth ex", 2) == "explain\n");
    CHECK(completes("berth auth explain --auth", 3) == "--authfile\n");
    CHECK(completes("berth pull --progress js", 3) == "json\n");
    CHECK(completes("berth completion po", 2) == "powershell\n");
}

TEST_CASE("man pages: one per command and one for all, without roff warnings") {
    const auto pages = man_pages(commands());
    CHECK(pages.size() == visible_commands(commands()).size() + 1);
    RunFolder folder;
    const bool checks =
        std::system("command -v man >/dev/null && command -v groff >/dev/null") == 0;
    for (const auto& page : pages) {
        CHECK(page.text.starts_with(".TH "));
        if (!checks) continue;
        const auto file = folder.path / (page.name + ".1");
        std::ofstream(file) << page.text;
        const auto line = "groff -man -Tutf8 -ww -z " + file.string() + " 2> " +
                          (folder.path / "warnings").string();
        CHECK(std::system(line.c_str()) == 0);
        CHECK(content(folder.path / "warnings") == "");
    }
}

TEST_CASE("colours follow the flag, then the variables, then the terminal") {
    CHECK(use_colour("always", "1", "", "dumb", false));
    CHECK_FALSE(use_colour("never", "", "1", "xterm", true));
    CHECK_FALSE(use_colour("auto", "1", "1", "xterm", true));
    CHECK(use_colour("auto", "", "1", "dumb", false));
    CHECK_FALSE(use_colour("auto", "", "0", "xterm", false));
    CHECK(use_colour("auto", "", "", "xterm", true));
}
