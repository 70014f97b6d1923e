#include "cli/help.hpp"

#include "cli/display_width.hpp"

#include <fmt/format.h>
#include <algorithm>

namespace berth::cli {
namespace {

constexpr std::size_t page_width = 96;

/// `text` in lines of at most `width`, all but the first moved in by `indent`.
std::string wrapped(std::string_view text, std::size_t indent, std::size_t width) {
    std::string result;
    std::size_t column = indent;
    std::size_t position = 0;
    while (position < text.size()) {
        const auto end = std::min(text.find(' ', position), text.size());
        const auto word = text.substr(position, end - position);
        const auto needed = display_width(word);
        if (column > indent && column + 1 + needed > width) {
            result += "\n" + std::string(indent, ' ');
            column = indent;
        } else if (column > indent) {
            result += ' ';
            ++column;
        }
        result += word;
        column += needed;
        position = end + 1;
    }
    return result;
}

std::string paragraphs(std::string_view text) {
    std::string result;
    std::size_t position = 0;
    while (position < text.size()) {
        const auto end = std::min(text.find("\n\n", position), text.size());
        result += wrapped(text.substr(position, end - position), 0, page_width) + "\n\n";
        position = end + 2;
    }
    return result;
}

std::string entry(const std::string& left, const std::string& right, std::size_t column) {
    std::string line = "  " + left;
    const auto used = display_width(line);
    line += used + 2 > column ? "\n" + std::string(column, ' ') : std::string(column - used, ' ');
    return line + wrapped(right, column, page_width) + "\n";
}

std::string help_of(const Flag& flag) {
    auto text = flag.help;
    if (flag.repeatable && !flag.value.empty()) text += "; can be given more than once";
    if (!flag.variable.empty()) text += fmt::format(" [{}]", flag.variable);
    return text;
}

} // namespace

std::string usage_line(const Command& command) {
    std::string line = "berth " + command.name + " [OPTIONS]";
    for (const auto& argument : command.arguments) {
        const auto name = argument.name + (argument.repeatable ? "..." : "");
        line += argument.required ? " " + name : " [" + name + "]";
    }
    return line;
}

std::vector<FlagGroup> flag_groups(const Command& command) {
    std::vector<FlagGroup> groups;
    for (auto& flag : all_flags(command)) {
        if (flag.hidden) continue;
        const auto found = std::find_if(groups.begin(), groups.end(), [&](const FlagGroup& group) {
            return group.name == flag.group;
        });
        auto& group = found == groups.end() ? groups.emplace_back() : *found;
        group.name = flag.group;
        group.flags.push_back(std::move(flag));
    }
    return groups;
}

std::string flag_text(const Flag& flag) {
    auto text = flag.letter ? fmt::format("-{}, ", flag.letter) : std::string("    ");
    text += "--" + flag.name;
    return flag.value.empty() ? text : text + " " + flag.value;
}

std::string command_help(const Command& command) {
    auto text = command.summary + "\n\n" + paragraphs(command.description);
    text += "Usage:\n  " + usage_line(command) + "\n\nExamples:\n";
    for (const auto& example : command.examples) {
        text += fmt::format("  # {}\n  {}\n", example.purpose, example.line);
    }
    if (!command.arguments.empty()) text += "\nArguments:\n";
    for (const auto& argument : command.arguments) {
        text += entry(argument.name, argument.help, 20);
    }
    for (const auto& group : flag_groups(command)) {
        text += "\n" + group.name + ":\n";
        for (const auto& flag : group.flags) text += entry(flag_text(flag), help_of(flag), 34);
    }
    return text;
}

std::string overview(const std::vector<Command>& table) {
    std::string text =
        "berth moves images, charts and artifacts between OCI registries and the disk, verifies\n"
        "every byte, and unpacks images as OCI runtime bundles.\n\n"
        "Usage:\n  berth COMMAND [OPTIONS] ...\n\nCommands:\n";
    for (const auto& command : table) {
        if (!command.hidden) text += entry(command.name, command.summary, 21);
    }
    text += "\nTopics:\n";
    for (const auto& topic : topics()) text += entry("help " + topic.name, topic.summary, 24);
    return text + "\nFlags of a command: berth COMMAND --help\n";
}

} // namespace berth::cli
