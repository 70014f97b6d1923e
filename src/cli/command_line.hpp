// CommandLine: the words after a command, read against its row of the table.
#pragma once

#include "base/result.hpp"
#include "cli/command.hpp"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace berth::cli {

/// Value of an environment variable, "" if it is not set.
using Variable = std::function<std::string(std::string_view name)>;

class CommandLine {
public:
    /// Accepts "--flag value", "--flag=value", "-f value", "-fvalue", switches in one ("-vv"),
    /// "--switch=false", and after "--" arguments only. Errors are usage with a suggestion where
    /// one is near. Arguments are counted unless --help is there.
    static Result<CommandLine> parse(const Command& command, const std::vector<std::string>& words,
                                     const Variable& variable);

    bool has(std::string_view flag) const; ///< a switch that is on, or a flag that was given
    bool switched_off(std::string_view flag) const; ///< "--flag=false" was given
    std::size_t count(std::string_view flag) const;
    std::optional<std::string> value(std::string_view flag) const; ///< the last one
    std::vector<std::string> values(std::string_view flag) const;
    /// The value as a number from `least` to `most`, or `otherwise`. Throws Error usage.
    std::uint64_t number(std::string_view flag, std::uint64_t otherwise, std::uint64_t least,
                         std::uint64_t most) const;

    const std::vector<std::string>& arguments() const { return arguments_; }
    /// REQUIRES: the argument at `index` is there.
    const std::string& argument(std::size_t index) const { return arguments_.at(index); }

private:
    friend class CommandLineParser;
    std::map<std::string, std::vector<std::string>, std::less<>> flags_;
    std::vector<std::string> off_;
    std::vector<std::string> arguments_;
};

/// The one of `known` that `word` was probably meant to be: two edits away at most, or the only
/// one it begins; nothing if none is near.
std::optional<std::string> suggestion(std::string_view word, const std::vector<std::string>& known);

} // namespace berth::cli
