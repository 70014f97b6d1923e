// Command: one row of the table that the whole command line is made from.
//
// Parsing, help, completions and man pages read this table and nothing else, so they cannot
// disagree. A command is data and one function.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace berth::cli {

struct Invocation;

/// "--name VALUE", or a switch if `value` is empty.
struct Flag {
    std::string name;  ///< without the dashes
    std::string value; ///< what a value is called in help, e.g. "FILE"; "" for a switch
    std::string help;
    std::string group = "Options"; ///< heading in help
    char letter = 0;               ///< "-o", or 0
    bool repeatable = false;
    bool hidden = false;                   ///< parsed, but in no help and no completion
    std::string variable = {};             ///< environment variable that stands in for the flag
    std::vector<std::string> choices = {}; ///< the only values allowed, for completion too
};

struct Argument {
    std::string name; ///< "REF"
    std::string help;
    bool required = true;
    bool repeatable = false;               ///< takes all that is left; last only
    std::vector<std::string> choices = {}; ///< for completion
};

struct Example {
    std::string purpose;
    std::string line;
};

struct Command {
    std::string name; ///< "pull", "auth explain"
    std::string summary;
    std::string description; ///< paragraphs for help and man page, separated by an empty line
    std::vector<Example> examples;
    std::vector<Argument> arguments;
    std::vector<Flag> flags;
    /// Returns the exit status; throws Error.
    int (*run)(Invocation&);
    bool hidden = false; ///< for scripts of ours: in no help, no completion and no man page
};

/// Flags that every command has: output, progress, colour, verbosity, help.
std::vector<Flag> global_flags();

/// `command`'s own flags and then the global ones.
std::vector<Flag> all_flags(const Command& command);

/// The row named by the first one or two words of `words`, and how many words that took; null if
/// there is none.
struct Match {
    const Command* command = nullptr;
    std::size_t words = 0;
};
Match find_command(const std::vector<Command>& table, const std::vector<std::string>& words);

} // namespace berth::cli
