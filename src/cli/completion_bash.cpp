#include "cli/completion.hpp"

#include <fmt/format.h>

namespace berth::cli {
namespace {

constexpr std::string_view head =
    R"(# bash completion for berth; load with: source <(berth completion bash)
_berth() {
    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}
    local command=${COMP_WORDS[1]} flags= words= names=
    COMPREPLY=()
)";

constexpr std::string_view tail = R"(    if [[ $cur == -* ]]; then
        COMPREPLY=($(compgen -W "$flags" -- "$cur"))
    elif [[ -n $words ]]; then
        COMPREPLY=($(compgen -W "$words" -- "$cur"))
    else
        COMPREPLY=($(compgen -f -- "$cur"))
        if [[ -n $names ]]; then
            # bash takes a colon for the end of a word: the whole word is put together again, and
            # what it has already is taken off the candidates.
            local i=$COMP_CWORD whole=$cur have=
            while ((i > 2)) && [[ ${COMP_WORDS[i]} == *: || ${COMP_WORDS[i-1]} == *: ]]; do
                ((i -= 1))
                whole=${COMP_WORDS[i]}$whole
            done
            [[ $whole != *:* ]] || have=${whole%"${whole##*:}"}
            while IFS= read -r name; do
                COMPREPLY+=("${name#"$have"}")
            done < <(berth complete -- "$whole" 2>/dev/null)
        fi
    fi
}
complete -o filenames -o bashdefault -F _berth berth
)";

std::string flag_words(const Command& command) {
    std::vector<std::string> words;
    for (const auto& flag : visible_flags(command)) {
        words.push_back("--" + flag.name);
        if (flag.letter) words.push_back(fmt::format("-{}", flag.letter));
    }
    return fmt::format("{}", fmt::join(words, " "));
}

std::string pattern(const Flag& flag) {
    return flag.letter ? fmt::format("--{}|-{}", flag.name, flag.letter) : "--" + flag.name;
}

/// What may follow a flag that takes a value: its choices, a path, or something only the user
/// knows.
std::string value_cases(const Command& command) {
    std::string text;
    for (const auto& flag : visible_flags(command)) {
        if (flag.value.empty()) continue;
        const auto action =
            !flag.choices.empty() ? fmt::format("COMPREPLY=($(compgen -W \"{}\" -- \"$cur\"))",
                                                fmt::join(flag.choices, " "))
            : takes_path(flag)    ? std::string("COMPREPLY=($(compgen -f -- \"$cur\"))")
                                  : std::string(":");
        text += fmt::format("            {}) {}; return ;;\n", pattern(flag), action);
    }
    return text;
}

std::string command_case(const Command& command) {
    auto text =
        fmt::format("    \"{}\")\n        flags=\"{}\"\n", command.name, flag_words(command));
    if (!command.arguments.empty() && !command.arguments[0].choices.empty()) {
        text += fmt::format("        words=\"{}\"\n", fmt::join(command.arguments[0].choices, " "));
    }
    if (!command.arguments.empty() && takes_reference(command.arguments[0])) {
        text += "        names=1\n";
    }
    return text + "        case $prev in\n" + value_cases(command) + "        esac ;;\n";
}

} // namespace

std::string bash_completion(const std::vector<Command>& table) {
    std::string text(head);
    text += fmt::format(
        "    if ((COMP_CWORD == 1)); then\n"
        "        COMPREPLY=($(compgen -W \"{}\" -- \"$cur\"))\n        return\n"
        "    fi\n    case $command in\n",
        fmt::join(first_words(table), " "));
    for (const auto& first : first_words(table)) {
        const auto second = second_words(table, first);
        if (second.empty()) continue;
        text += fmt::format(
            "    {})\n        if ((COMP_CWORD == 2)); then\n"
            "            COMPREPLY=($(compgen -W \"{}\" -- \"$cur\"))\n"
            "            return\n        fi\n"
            "        command=\"$command ${{COMP_WORDS[2]}}\" ;;\n",
            first, fmt::join(second, " "));
    }
    text += "    esac\n    case $command in\n";
    for (const auto& command : table) text += command_case(command);
    return text + "    esac\n" + std::string(tail);
}

} // namespace berth::cli
