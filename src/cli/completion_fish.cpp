#include "cli/completion.hpp"

#include <fmt/format.h>

namespace berth::cli {
namespace {

std::string escaped(std::string_view text) {
    std::string result;
    for (const char c : text) {
        if (c == '\'' || c == '\\') result += '\\';
        result += c;
    }
    return result;
}

/// The test that a fish session makes: all words of the command have been typed.
std::string condition(const std::string& command) {
    const auto space = command.find(' ');
    auto text = "__fish_seen_subcommand_from " + command.substr(0, space);
    if (space != command.npos) {
        text += "; and __fish_seen_subcommand_from " + command.substr(space + 1);
    }
    return text;
}

std::string flag_line(const Command& command, const Flag& flag) {
    auto text = fmt::format("complete -c berth -n '{}' -l {}", condition(command.name), flag.name);
    if (flag.letter) text += fmt::format(" -s {}", flag.letter);
    if (!flag.choices.empty()) {
        text += fmt::format(" -x -a '{}'", fmt::join(flag.choices, " "));
    } else if (takes_path(flag)) {
        text += " -r -F";
    } else if (!flag.value.empty()) {
        text += " -x";
    }
    return text + fmt::format(" -d '{}'\n", escaped(flag.help));
}

std::string word_lines(const std::vector<Command>& table) {
    std::string text;
    for (const auto& first : first_words(table)) {
        const auto second = second_words(table, first);
        std::string summary = "commands of " + first;
        for (const auto& command : table) {
            if (command.name == first) summary = command.summary;
        }
        text += fmt::format("complete -c berth -n __fish_use_subcommand -f -a {} -d '{}'\n", first,
                            escaped(summary));
        if (second.empty()) continue;
        text += fmt::format(
            "complete -c berth -n '__fish_seen_subcommand_from {0}; and not "
            "__fish_seen_subcommand_from {1}' -f -a '{1}'\n",
            first, fmt::join(second, " "));
    }
    return text;
}

} // namespace

std::string fish_completion(const std::vector<Command>& table) {
    std::string text = "# fish completion for berth\n" + word_lines(table);
    for (const auto& command : table) {
        for (const auto& flag : visible_flags(command)) text += flag_line(command, flag);
        if (command.arguments.empty()) continue;
        if (takes_reference(command.arguments[0])) {
            text += fmt::format(
                "complete -c berth -n '{}' -a '(berth complete -- (commandline -ct) "
                "2>/dev/null)'\n",
                condition(command.name));
        }
        if (command.arguments[0].choices.empty()) continue;
        text += fmt::format("complete -c berth -n '{}' -f -a '{}'\n", condition(command.name),
                            fmt::join(command.arguments[0].choices, " "));
    }
    return text;
}

} // namespace berth::cli
