// What the management API calls "spec.auth.password" is "--password-stdin" here.
#pragma once

#include "cli/api_client.hpp"
#include "cli/command.hpp"

#include <string>
#include <string_view>

namespace berth::cli {

/// The flag or argument of `command` that fills a member of a body: "--password-stdin", "NAME"; ""
/// if none does.
std::string flag_of_field(std::string_view field, const Command& command);

/// The refusal in words of the command line: a message that began with the member begins with the
/// flag.
Error named_by_flag(const ApiRefusal& refusal, const Command& command);

/// Does `act`, and throws what the server refuses as named_by_flag() has it.
template <class Act>
auto naming_flags(const Command& command, Act&& act) {
    try {
        return act();
    } catch (const ApiRefusal& refusal) {
        throw named_by_flag(refusal, command);
    }
}

} // namespace berth::cli
