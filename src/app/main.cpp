#include "app/backup_command.hpp"
#include "app/configuration_commands.hpp"
#include "app/hosting_commands.hpp"
#include "app/serve.hpp"
#include "app/tenant_command.hpp"
#include "app/user_command.hpp"
#include "base/clock.hpp"
#include "cli/interrupts.hpp"
#include "cli/run.hpp"
#include "cli/terminal.hpp"

#include <unistd.h>

extern char** environ;

namespace {

berth::cli::Environment process_environment() {
    berth::cli::Environment environment;
    for (char** entry = environ; entry && *entry; ++entry) {
        const std::string_view text(*entry);
        const auto equals = text.find('=');
        if (equals == text.npos) continue;
        environment.variables.emplace(text.substr(0, equals), text.substr(equals + 1));
    }
    environment.user_id = ::geteuid();
    return environment;
}

} // namespace

int main(int count, char** words) {
    berth::cli::Interrupts interrupts; // first: later threads inherit the blocked signals
    const auto console = berth::cli::process_console(interrupts.token());
    berth::SystemClock clock;
    berth::cli::Surroundings surroundings{
        .environment = process_environment(),
        .console = *console,
        .clock = clock,
        .stop = interrupts.token(),
        .stop_signal = [&] { return interrupts.signal(); },
        .on_hangup = [&](std::function<void()> act) { interrupts.on_hangup(std::move(act)); },
        .ask_secret =
            [&](std::string_view prompt) {
                return berth::cli::ask_secret(prompt, interrupts.token());
            }};
    const std::vector<std::string> arguments(words + (count > 0 ? 1 : 0), words + count);
    auto commands = berth::cli::commands();
    commands.insert(commands.begin(), berth::app::serve_command());
    commands.push_back(berth::app::backup_command());
    commands.push_back(berth::app::restore_command());
    for (auto& command : berth::app::configuration_commands())
        commands.push_back(std::move(command));
    for (auto& command : berth::app::user_commands()) commands.push_back(std::move(command));
    for (auto& command : berth::app::tenant_commands()) commands.push_back(std::move(command));
    for (auto& command : berth::app::hosting_commands()) commands.push_back(std::move(command));
    return berth::cli::run(commands, arguments, surroundings);
}
