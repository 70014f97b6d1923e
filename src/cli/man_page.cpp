#include "cli/man_page.hpp"

#include "base/text.hpp"
#include "cli/help.hpp"
#include "cli/run.hpp"

#include <fmt/format.h>
#include <algorithm>

namespace berth::cli {
namespace {

/// Text that roff prints as it is: no requests, no escapes, hyphens that can be copied.
std::string roff(std::string_view text) {
    std::string result;
    bool line_start = true;
    for (const char c : text) {
        if (line_start && (c == '.' || c == '\'')) result += "\\&";
        line_start = c == '\n';
        if (c == '\\') {
            result += "\\e";
        } else if (c == '-') {
            result += "\\-";
        } else {
            result += c;
        }
    }
    return result;
}

std::string page_name(const Command& command) {
    auto name = "berth-" + command.name;
    std::replace(name.begin(), name.end(), ' ', '-');
    return name;
}

std::string page_head(const std::string& name, const std::string& summary) {
    std::string title = name;
    std::transform(title.begin(), title.end(), title.begin(), [](char c) {
        return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    });
    return fmt::format(".TH {} 1 \"\" \"berth {}\" \"User Commands\"\n.SH NAME\n{} \\- {}\n", title,
                       version(), roff(name), roff(summary));
}

std::string flags_section(const Command& command) {
    std::string text;
    for (const auto& group : flag_groups(command)) {
        std::string title = group.name;
        std::transform(title.begin(), title.end(), title.begin(), [](char c) {
            return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
        });
        text += fmt::format(".SH {}\n", title);
        for (const auto& flag : group.flags) {
            text +=
                fmt::format(".TP\n.B {}\n{}\n", roff(trimmed(flag_text(flag))), roff(flag.help));
            if (!flag.variable.empty()) text += fmt::format("Variable: {}.\n", flag.variable);
        }
    }
    return text;
}

std::string roff_paragraphs(std::string_view text) {
    std::string result;
    std::size_t position = 0;
    while (position < text.size()) {
        const auto end = std::min(text.find("\n\n", position), text.size());
        if (position > 0) result += ".PP\n";
        result += roff(text.substr(position, end - position)) + "\n";
        position = end + 2;
    }
    return result;
}

std::string command_page(const Command& command) {
    auto text = page_head(page_name(command), command.summary);
    text += fmt::format(".SH SYNOPSIS\n.B {}\n.SH DESCRIPTION\n{}", roff(usage_line(command)),
                        roff_paragraphs(command.description));
    if (!command.arguments.empty()) text += ".SH ARGUMENTS\n";
    for (const auto& argument : command.arguments) {
        text += fmt::format(".TP\n.I {}\n{}\n", roff(argument.name), roff(argument.help));
    }
    text += flags_section(command) + ".SH EXAMPLES\n";
    for (const auto& example : command.examples) {
        text += fmt::format(".TP\n{}:\n.nf\n{}\n.fi\n", roff(example.purpose), roff(example.line));
    }
    return text + ".SH SEE ALSO\n.BR berth (1)\n";
}

std::string main_page(const std::vector<Command>& table) {
    auto text = page_head("berth", "moves and unpacks content of OCI registries");
    text += ".SH SYNOPSIS\n.B berth COMMAND [OPTIONS] ...\n.SH COMMANDS\n";
    for (const auto& command : table) {
        if (command.hidden) continue;
        text +=
            fmt::format(".TP\n.BR {} (1)\n{}\n", roff(page_name(command)), roff(command.summary));
    }
    for (const auto& topic : topics()) {
        std::string title = topic.name;
        std::transform(title.begin(), title.end(), title.begin(), [](char c) {
            return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c == '-' ? ' ' : c;
        });
        text += fmt::format(".SH {}\n.nf\n{}.fi\n", title, roff(topic.text));
    }
    return text;
}

} // namespace

std::vector<ManPage> man_pages(const std::vector<Command>& table) {
    std::vector<ManPage> pages = {{"berth", main_page(table)}};
    for (const auto& command : table) {
        if (!command.hidden) pages.push_back({page_name(command), command_page(command)});
    }
    return pages;
}

} // namespace berth::cli
