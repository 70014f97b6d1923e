#include "cli/completion.hpp"
#include "cli/help.hpp"
#include "cli/invocation.hpp"
#include "cli/man_page.hpp"
#include "cli/run.hpp"
#include "cli/table.hpp"
#include "oci/platform.hpp"

#include "base/file.hpp"
#include "base/text.hpp"

#include <fmt/format.h>
#include <algorithm>

namespace berth::cli {
namespace {

int completion(Invocation& invocation) {
    const auto& shell = invocation.line.argument(0);
    invocation.console().print(completion_script(shell, invocation.table).value());
    return 0;
}

int docs_man(Invocation& invocation) {
    const auto pages = man_pages(invocation.table);
    const auto directory = invocation.line.value("directory");
    if (!directory) {
        const auto wanted =
            invocation.line.arguments().empty() ? "berth" : invocation.line.argument(0);
        for (const auto& page : pages) {
            if (page.name != wanted) continue;
            invocation.console().print(page.text);
            return 0;
        }
        throw Error(ErrorCode::not_found, fmt::format("no man page {}", berth::quoted(wanted)));
    }
    std::filesystem::create_directories(*directory);
    json::Array files;
    for (const auto& page : pages) {
        const auto file = std::filesystem::path(*directory) / (page.name + ".1");
        replace_file(file, page.text, 0644);
        files.push_back(json::Object{{"name", file.string()}});
    }
    invocation.print({std::move(files), {{Section::Shape::rows, "", {{"FILE", "name"}}}}});
    return 0;
}

int print_version(Invocation& invocation) {
    json::Object value{{"version", version()},
                       {"compiler", __VERSION__},
                       {"platform", oci::Platform::host().text()}};
    invocation.print({std::move(value),
                      {{Section::Shape::card,
                        "",
                        {{"Version", "version"},
                         {"Platform", "platform"},
                         {"Compiler", "compiler", Column::Kind::text, true}}}},
                      "version"});
    return 0;
}

int help(Invocation& invocation) {
    const auto& words = invocation.line.arguments();
    if (words.empty()) {
        invocation.console().print(overview(invocation.table));
        return 0;
    }
    for (const auto& topic : topics()) {
        if (topic.name != words[0]) continue;
        invocation.console().print(topic.text);
        return 0;
    }
    if (const auto match = find_command(invocation.table, words); match.command) {
        invocation.console().print(command_help(*match.command));
        return 0;
    }
    std::vector<std::string> names;
    for (const auto& topic : topics()) names.push_back(topic.name);
    for (const auto& command : invocation.table) names.push_back(command.name);
    Error error(ErrorCode::usage, fmt::format("no help on {}", berth::quoted(words[0])));
    const auto near = suggestion(words[0], names);
    throw error.set_hint(near ? fmt::format("did you mean berth help {}?", *near)
                              : "berth help lists commands and topics");
}

} // namespace

Command completion_command() {
    return {.name = "completion",
            .summary = "Print a completion script for a shell",
            .description = "The script is made from the same table as this help.",
            .examples = {{"bash, for this session", "source <(berth completion bash)"},
                         {"fish, for good",
                          "berth completion fish > ~/.config/fish/completions/berth.fish"},
                         {"zsh, for good", "berth completion zsh > ~/.zsh/completions/_berth"}},
            .arguments = {{.name = "SHELL",
                           .help = "bash, zsh, fish or powershell",
                           .choices = {"bash", "zsh", "fish", "powershell"}}},
            .flags = {},
            .run = completion};
}

Command docs_man_command() {
    return {.name = "docs man",
            .summary = "Print or write man pages",
            .description =
                "One page for berth and one for each command, from the same table as "
                "this help.",
            .examples = {{"read one", "berth docs man berth-pull | man -l -"},
                         {"write all", "berth docs man -d /usr/local/share/man/man1"},
                         {"the page of berth itself", "berth docs man"}},
            .arguments = {{.name = "PAGE", .help = "berth, berth-pull, ...", .required = false}},
            .flags = {{.name = "directory",
                       .value = "DIR",
                       .help = "write all pages here",
                       .letter = 'd'}},
            .run = docs_man};
}

Command version_command() {
    return {.name = "version",
            .summary = "Print the version",
            .description = "Needs no network.",
            .examples = {{"for people", "berth version"},
                         {"for a script", "berth version -o name"},
                         {"with the compiler", "berth version -o json"}},
            .arguments = {},
            .flags = {},
            .run = print_version};
}

Command help_command() {
    return {.name = "help",
            .summary = "Explain a command or a topic",
            .description = "Needs no network.",
            .examples = {{"all commands and topics", "berth help"},
                         {"what exit codes mean", "berth help exit-codes"},
                         {"one command, as berth pull --help", "berth help pull"}},
            .arguments = {{.name = "TOPIC",
                           .help = "command or topic",
                           .required = false,
                           .repeatable = true}},
            .flags = {},
            .run = help};
}

} // namespace berth::cli
