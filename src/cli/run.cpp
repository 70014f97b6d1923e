#include "cli/run.hpp"

#include "base/text.hpp"
#include "cli/help.hpp"
#include "cli/table.hpp"

#include <fmt/format.h>
#include <csignal>

namespace berth::cli {
namespace {

/// How a hint is followed here, "" where that says nothing more.
std::string means_of(const Remedy& remedy) {
    using enum Remedy::Kind;
    switch (remedy.kind) {
        case log_in:
            return fmt::format("`berth login {}`", remedy.host);
        case use_plain_http:
            return "--plain-http";
        case use_tls:
            return "leave out --plain-http";
        case trust_authority:
            return "--ca-file FILE";
        case show_certificate:
            return "--cert-file and --key-file";
        case trust_realm:
            return fmt::format("--realm-host {} trusts this one", remedy.host);
        case none:
            break;
    }
    return "";
}

/// What can be done about an error whose thrower did not know the command line.
std::string hint_for(const Error& error) {
    const auto means = means_of(error.remedy());
    if (!means.empty()) return fmt::format("{} ({})", error.hint(), means);
    if (!error.hint().empty()) return error.hint();
    switch (error.code()) {
        case ErrorCode::tls_invalid:
            return "if the registry speaks plain HTTP, pass --plain-http; if its certificate is of "
                   "your own authority, --ca-file FILE";
        case ErrorCode::unauthorized:
        case ErrorCode::denied:
            return "berth auth explain HOST shows which credentials were found; berth login HOST "
                   "stores new ones";
        case ErrorCode::corrupt:
            return "berth store check finds what is damaged and repairs it";
        default:
            return "";
    }
}

std::string stopped_text(int signal) {
    return signal == SIGTERM ? "stopped by SIGTERM" : "interrupted";
}

int report(const Error& error, Surroundings& surroundings) {
    auto& console = surroundings.console;
    const int signal = surroundings.stop_signal();
    const bool stopped = error.code() == ErrorCode::cancelled && signal != 0;
    const std::string text = stopped ? stopped_text(signal) : error.what();
    console.fail(text, hint_for(error), traits(error.code()).wire_name);
    return stopped ? 128 + signal : traits(error.code()).exit_status;
}

Error unknown_command(const std::vector<Command>& table, const std::vector<std::string>& words) {
    std::vector<std::string> names;
    std::vector<std::string> second;
    for (const auto& command : table) {
        names.push_back(command.name);
        if (command.name.starts_with(words[0] + " ")) second.push_back(command.name);
    }
    if (!second.empty()) {
        return Error(ErrorCode::usage,
                     fmt::format("berth {} needs one more word: {}", berth::quoted(words[0]),
                                 fmt::join(second, ", ")));
    }
    Error error(ErrorCode::usage, fmt::format("no command {}", berth::quoted(words[0])));
    const auto near = suggestion(words[0], names);
    return error.set_hint(near ? fmt::format("did you mean berth {}?", *near)
                               : "berth help lists all commands");
}

void set_up_console(const CommandLine& line, Surroundings& surroundings) {
    const auto& environment = surroundings.environment;
    auto& console = surroundings.console;
    console.set_verbosity(line.count("verbose"));
    console.set_colour(use_colour(line.value("color").value_or("auto"), environment.get("NO_COLOR"),
                                  environment.get("CLICOLOR_FORCE"), environment.get("TERM"),
                                  console.err_is_terminal()));
    const bool json = line.value("log-format") == "json";
    console.set_log_format(json ? LogFormat::json : LogFormat::text);
}

int run_command(const std::vector<Command>& table, const Match& match,
                const std::vector<std::string>& words, Surroundings& surroundings) {
    const auto& command = *match.command;
    const std::vector<std::string> rest(words.begin() + static_cast<std::ptrdiff_t>(match.words),
                                        words.end());
    const auto variable = [&](std::string_view name) { return surroundings.environment.get(name); };
    const auto line = CommandLine::parse(command, rest, variable).value();
    set_up_console(line, surroundings);
    if (line.has("help")) {
        surroundings.console.print(command_help(command));
        return 0;
    }
    auto output = OutputFormat::parse(line.value("output").value_or("table")).value();
    const auto progress =
        progress_mode(line.value("progress").value_or("auto"),
                      surroundings.console.err_is_terminal(), surroundings.environment.get("TERM"));
    Invocation invocation{table, command, line, surroundings, std::move(output), progress};
    return command.run(invocation);
}

int run_words(const std::vector<Command>& table, const std::vector<std::string>& words,
              Surroundings& surroundings) {
    if (words.empty() || words[0] == "--help" || words[0] == "-h") {
        surroundings.console.print(overview(table));
        return 0;
    }
    if (words[0] == "--version") {
        surroundings.console.print("berth " + version() + "\n");
        return 0;
    }
    if (words[0].starts_with('-')) {
        throw Error(ErrorCode::usage,
                    fmt::format("the command comes first, not {}", berth::quoted(words[0])))
            .set_hint("berth help lists all commands");
    }
    const auto match = find_command(table, words);
    if (!match.command) throw unknown_command(table, words);
    return run_command(table, match, words, surroundings);
}

} // namespace

std::string version() {
    return "0.1.0";
}

std::vector<Command> commands() {
    return {pull_command(),
            push_command(),
            copy_command(),
            unpack_command(),
            inspect_command(),
            tags_command(),
            repos_command(),
            login_command(),
            logout_command(),
            auth_explain_command(),
            store_check_command(),
            registry_add_command(),
            registry_ls_command(),
            registry_show_command(),
            registry_edit_command(),
            registry_rm_command(),
            registry_validate_command(),
            registry_doctor_command(),
            registry_sync_command(),
            registry_regions_command(),
            registry_fill_command(),
            chart_search_command(),
            chart_versions_command(),
            chart_show_command(),
            key_ls_command(),
            key_create_command(),
            key_rm_command(),
            completion_command(),
            docs_man_command(),
            version_command(),
            help_command(),
            complete_command()};
}

int run(const std::vector<Command>& table, const std::vector<std::string>& words,
        Surroundings& surroundings) {
    try {
        return run_words(table, words, surroundings);
    } catch (const Error& error) {
        return report(error, surroundings);
    } catch (const std::bad_alloc&) {
        return report(Error(ErrorCode::internal, "out of memory"), surroundings);
    } catch (const std::exception& error) {
        return report(Error(ErrorCode::internal, error.what()), surroundings);
    }
}

} // namespace berth::cli
