#include "cli/completion.hpp"

#include "base/text.hpp"

#include <fmt/format.h>
#include <algorithm>

namespace berth::cli {

std::vector<std::string> first_words(const std::vector<Command>& table) {
    std::vector<std::string> words;
    for (const auto& command : table) {
        auto word = command.name.substr(0, command.name.find(' '));
        if (std::find(words.begin(), words.end(), word) == words.end()) {
            words.push_back(std::move(word));
        }
    }
    return words;
}

std::vector<std::string> second_words(const std::vector<Command>& table, std::string_view first) {
    std::vector<std::string> words;
    const auto start = std::string(first) + " ";
    for (const auto& command : table) {
        if (command.name.starts_with(start)) words.push_back(command.name.substr(start.size()));
    }
    return words;
}

std::vector<Flag> visible_flags(const Command& command) {
    auto flags = all_flags(command);
    flags.erase(
        std::remove_if(flags.begin(), flags.end(), [](const Flag& flag) { return flag.hidden; }),
        flags.end());
    return flags;
}

std::vector<Command> visible_commands(const std::vector<Command>& table) {
    std::vector<Command> commands;
    for (const auto& command : table) {
        if (!command.hidden) commands.push_back(command);
    }
    return commands;
}

bool takes_reference(const Argument& argument) {
    static constexpr std::string_view names[] = {"REF", "REPO", "REGISTRY", "SRC", "DST"};
    return std::find(std::begin(names), std::end(names), argument.name) != std::end(names);
}

bool takes_path(const Flag& flag) {
    return flag.value == "FILE" || flag.value == "DIR";
}

Result<std::string> completion_script(std::string_view shell, const std::vector<Command>& all) {
    const auto table = visible_commands(all);
    if (shell == "bash") return bash_completion(table);
    if (shell == "zsh") return zsh_completion(table);
    if (shell == "fish") return fish_completion(table);
    if (shell == "powershell") return powershell_completion(table);
    return Error(ErrorCode::usage, fmt::format("no completion for {}", berth::quoted(shell)))
        .set_hint("there is bash, zsh, fish and powershell");
}

} // namespace berth::cli
