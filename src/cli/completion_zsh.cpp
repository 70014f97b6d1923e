#include "cli/completion.hpp"

#include <fmt/format.h>

namespace berth::cli {
namespace {

/// For use between single quotes within an _arguments or _describe specification.
std::string zsh_escaped(std::string_view text) {
    std::string result;
    for (const char c : text) {
        if (c == '\'') {
            result += "'\\''";
            continue;
        }
        if (c == '[' || c == ']' || c == ':' || c == '\\') result += '\\';
        result += c;
    }
    return result;
}

std::string value_part(const Flag& flag) {
    if (flag.value.empty()) return "";
    if (!flag.choices.empty()) {
        return fmt::format(":{}:({})", zsh_escaped(flag.value), fmt::join(flag.choices, " "));
    }
    return fmt::format(":{}:{}", zsh_escaped(flag.value), takes_path(flag) ? "_files" : " ");
}

std::string flag_lines(const Flag& flag) {
    const auto help = zsh_escaped(flag.help);
    const auto* star = flag.repeatable ? "*" : "";
    const auto* equals = flag.value.empty() ? "" : "=";
    auto text = fmt::format(" \\\n            '{}--{}{}[{}]{}'", star, flag.name, equals, help,
                            value_part(flag));
    if (flag.letter) {
        text += fmt::format(" \\\n            '{}-{}[{}]{}'", star, flag.letter, help,
                            value_part(flag));
    }
    return text;
}

std::string zsh_case(const Command& command) {
    auto text = fmt::format("    '{}')\n        _arguments -s", command.name);
    for (const auto& flag : visible_flags(command)) text += flag_lines(flag);
    for (const auto& argument : command.arguments) {
        const auto action = takes_reference(argument) ? std::string("_berth_names")
                            : argument.choices.empty()
                                ? std::string("_files")
                                : fmt::format("({})", fmt::join(argument.choices, " "));
        text += fmt::format(" \\\n            '{}:{}:{}'", argument.repeatable ? "*" : "",
                            zsh_escaped(argument.name), action);
    }
    return text + " ;;\n";
}

std::string described(const std::vector<Command>& table, const std::string& first) {
    for (const auto& command : table) {
        if (command.name == first) return zsh_escaped(command.summary);
    }
    return "commands of " + first;
}

} // namespace

std::string zsh_completion(const std::vector<Command>& table) {
    std::string text =
        "#compdef berth\n"
        "# zsh completion for berth: put it into $fpath as _berth\n"
        "_berth_names() {\n"
        "    local -a names\n"
        "    names=(${(f)\"$(berth complete -- \"$PREFIX\" 2>/dev/null)\"})\n"
        "    compadd -a names\n    _files\n}\n"
        "_berth() {\n    local command=${words[2]}\n    local -a names\n"
        "    if ((CURRENT == 2)); then\n        names=(\n";
    for (const auto& first : first_words(table)) {
        text += fmt::format("            '{}:{}'\n", first, described(table, first));
    }
    text +=
        "        )\n        _describe command names\n        return\n    fi\n"
        "    case $command in\n";
    for (const auto& first : first_words(table)) {
        const auto second = second_words(table, first);
        if (second.empty()) continue;
        text += fmt::format(
            "    {})\n        if ((CURRENT == 3)); then\n"
            "            compadd {}\n            return\n        fi\n"
            "        command=\"$command ${{words[3]}}\"\n"
            "        shift words\n        ((CURRENT--)) ;;\n",
            first, fmt::join(second, " "));
    }
    text += "    esac\n    shift words\n    ((CURRENT--))\n    case $command in\n";
    for (const auto& command : table) text += zsh_case(command);
    return text +
           "    esac\n}\n"
           "if [ \"$funcstack[1]\" = _berth ]; then _berth \"$@\"; else compdef _berth berth; fi\n";
}

} // namespace berth::cli
