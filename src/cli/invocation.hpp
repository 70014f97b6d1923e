// Invocation: one run of one command, with all that it may use.
#pragma once

#include "base/clock.hpp"
#include "cli/command_line.hpp"
#include "cli/console.hpp"
#include "cli/environment.hpp"
#include "cli/progress_display.hpp"
#include "cli/report.hpp"

#include <stop_token>
#include <vector>

namespace berth::cli {

/// The process around the command line; tests make their own.
struct Surroundings {
    Environment environment;
    Console& console;
    Clock& clock;
    std::stop_token stop = {};
    /// The signal that asked to stop, or 0.
    std::function<int()> stop_signal = [] { return 0; };
    /// Makes SIGHUP call what it is given; {} ends that. May be empty.
    std::function<void(std::function<void()>)> on_hangup = {};
    /// Reads a password from the terminal without showing it; empty if there is no terminal.
    std::function<Secret(std::string_view prompt)> ask_secret = {};
};

struct Invocation {
    const std::vector<Command>& table;
    const Command& command;
    const CommandLine& line;
    Surroundings& surroundings;
    OutputFormat output;
    ProgressMode progress;

    Console& console() const { return surroundings.console; }
    const Environment& environment() const { return surroundings.environment; }
    /// Prints the data that the command was run for.
    void print(const Report& report) const { console().print(output.render(report)); }
};

} // namespace berth::cli
