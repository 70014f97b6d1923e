#include "cli/completion.hpp"

#include <fmt/format.h>

namespace berth::cli {
namespace {

constexpr std::string_view powershell_tail = R"(
    $typed = @($commandAst.CommandElements | Select-Object -Skip 1 | ForEach-Object { "$_" })
    $done = @($typed | Where-Object { $_ -ne $wordToComplete -and -not $_.StartsWith('-') })
    $two = ($done | Select-Object -First 2) -join ' '
    $one = $done | Select-Object -First 1
    $words = if ($flags.ContainsKey($two)) { $flags[$two] }
             elseif ($one -and $flags.ContainsKey($one)) { $flags[$one] }
             elseif ($one -and $second.ContainsKey($one)) { $second[$one] }
             else { $first }
    if ($one -and $names -contains $one -and -not $wordToComplete.StartsWith('-')) {
        $words = @(berth complete -- $wordToComplete 2>$null)
    }
    $words | Where-Object { $_ -like "$wordToComplete*" } | ForEach-Object {
        [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
    }
}
)";

/// Words as a PowerShell list: none of ours holds a quote.
std::string list(const std::vector<std::string>& words) {
    return words.empty() ? "@()" : fmt::format("@('{}')", fmt::join(words, "', '"));
}

std::vector<std::string> words_of(const Command& command) {
    std::vector<std::string> words;
    for (const auto& argument : command.arguments) {
        for (const auto& choice : argument.choices) words.push_back(choice);
    }
    for (const auto& flag : visible_flags(command)) words.push_back("--" + flag.name);
    return words;
}

} // namespace

std::string powershell_completion(const std::vector<Command>& table) {
    std::string text =
        "# PowerShell completion for berth: add this to $PROFILE\n"
        "Register-ArgumentCompleter -Native -CommandName berth -ScriptBlock {\n"
        "    param($wordToComplete, $commandAst, $cursorPosition)\n";
    text += fmt::format("    $first = {}\n    $second = @{{\n", list(first_words(table)));
    for (const auto& first : first_words(table)) {
        const auto second = second_words(table, first);
        if (!second.empty()) text += fmt::format("        '{}' = {}\n", first, list(second));
    }
    std::vector<std::string> names;
    for (const auto& command : table) {
        if (!command.arguments.empty() && takes_reference(command.arguments[0]))
            names.push_back(command.name);
    }
    text += fmt::format("    }}\n    $names = {}\n    $flags = @{{\n", list(names));
    for (const auto& command : table) {
        text += fmt::format("        '{}' = {}\n", command.name, list(words_of(command)));
    }
    return text + "    }" + std::string(powershell_tail);
}

} // namespace berth::cli
