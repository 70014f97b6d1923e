// Completion scripts for shells, made from the command table.
#pragma once

#include "base/result.hpp"
#include "cli/command.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace berth::cli {

/// "bash", "zsh", "fish" or "powershell"; anything else is Error usage.
Result<std::string> completion_script(std::string_view shell, const std::vector<Command>& table);

std::string bash_completion(const std::vector<Command>& table);
std::string zsh_completion(const std::vector<Command>& table);
std::string fish_completion(const std::vector<Command>& table);
std::string powershell_completion(const std::vector<Command>& table);

/// First words of all commands, each once, in table order.
std::vector<std::string> first_words(const std::vector<Command>& table);
/// Second words of the commands that begin with `first`; empty for commands of one word.
std::vector<std::string> second_words(const std::vector<Command>& table, std::string_view first);
/// Flags that completion offers.
std::vector<Flag> visible_flags(const Command& command);
/// The commands that completion offers.
std::vector<Command> visible_commands(const std::vector<Command>& table);
/// True if the argument is a reference, a repository or a registry, whose names `berth complete`
/// knows.
bool takes_reference(const Argument& argument);
/// True if a value of the flag is a path.
bool takes_path(const Flag& flag);

} // namespace berth::cli
