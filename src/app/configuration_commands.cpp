#include "app/configuration_commands.hpp"

#include "app/configuration_flags.hpp"
#include "app/configuration_keys.hpp"
#include "cli/invocation.hpp"
#include "net/tls_stream.hpp"

#include <fmt/format.h>
#include <boost/json/array.hpp>

namespace berth::app {
namespace {

std::optional<std::string> file_argument(const cli::Invocation& invocation) {
    const auto& arguments = invocation.line.arguments();
    return arguments.empty() ? std::nullopt : std::optional(arguments[0]);
}

/// What only the machine can tell: whether the named files can be used.
void check_files(LoadedConfiguration& loaded) {
    const auto& http = loaded.value.http;
    if (http.certificate_file.empty() || http.key_file.empty()) return;
    try {
        const net::TlsServerContext tried({http.certificate_file, http.key_file});
    } catch (const Error& error) {
        loaded.problems.push_back(
            {loaded.origin("http.certificate_file"), error.message(), error.hint()});
    }
}

int check(cli::Invocation& invocation) {
    const auto file = configuration_file(invocation, file_argument(invocation));
    auto loaded = configuration_of(invocation, file);
    check_files(loaded);
    json::Array rows;
    for (const auto& problem : loaded.problems) {
        rows.push_back(json::Object{
            {"where", problem.where}, {"problem", problem.message}, {"hint", problem.hint}});
    }
    const bool sound = rows.empty();
    if (sound) {
        invocation.console().tell(
            fmt::format("{}: nothing is wrong\n",
                        file ? file->string() : "no file, the environment and the defaults"));
        invocation.print({std::move(rows), {}, "where"});
        return 0;
    }
    invocation.print({std::move(rows),
                      {{cli::Section::Shape::rows,
                        "",
                        {{"WHERE", "where"}, {"PROBLEM", "problem"}, {"HINT", "hint"}}}},
                      "where"});
    return traits(ErrorCode::usage).exit_status;
}

int show(cli::Invocation& invocation) {
    const auto file = configuration_file(invocation, file_argument(invocation));
    const auto loaded = configuration_of(invocation, file);
    loaded.require_valid();
    json::Array rows;
    for (const auto& key : configuration_keys()) {
        rows.push_back(json::Object{{"key", key.name},
                                    {"value", field::initial_text(key.write(loaded.value))},
                                    {"source", loaded.origin(key.name)},
                                    {"variable", variable_of(key.name)}});
    }
    invocation.print({std::move(rows),
                      {{cli::Section::Shape::rows,
                        "",
                        {{"KEY", "key"},
                         {"VALUE", "value"},
                         {"SOURCE", "source"},
                         {"VARIABLE", "variable", cli::Column::Kind::text, true}}}},
                      "key"});
    return 0;
}

int schema(cli::Invocation& invocation) {
    invocation.console().print(json::write_pretty(configuration_schema()));
    return 0;
}

int reference(cli::Invocation& invocation) {
    invocation.console().print(configuration_markdown());
    return 0;
}

cli::Argument file_row() {
    return {.name = "FILE", .help = "otherwise as --config says", .required = false};
}

cli::Command check_command() {
    return {.name = "config check",
            .summary = "Find all that is wrong with a configuration of berth serve",
            .description =
                "Reads the file, the environment and the flags as berth serve does, and lists "
                "every problem with its place: unknown keys, values that are out of bounds, a "
                "certificate that does not fit its key. The exit status is 2 if there is any.",
            .examples = {{"the file that the service uses", "berth config check"},
                         {"another one", "berth config check new.yaml"},
                         {"for a program", "berth config check new.yaml -o json"}},
            .arguments = {file_row()},
            .flags = configuration_flags(),
            .run = check};
}

cli::Command show_command() {
    return {.name = "config show",
            .summary = "Show every key of the configuration, its value and where that comes from",
            .description =
                "The values that berth serve would use now, from flags, environment, file and "
                "defaults. -o wide adds the environment variable of each key.",
            .examples = {{"what the service uses", "berth config show"},
                         {"with the environment variables", "berth config show -o wide"},
                         {"one value",
                          "berth config show -o json | jq -r "
                          "'.[] | select(.key == \"http.listen\").value'"}},
            .arguments = {file_row()},
            .flags = configuration_flags(),
            .run = show};
}

cli::Command schema_command() {
    return {.name = "config schema",
            .summary = "Print the JSON Schema of a configuration file, for editors",
            .description = "For editors that check and complete YAML by a schema.",
            .examples = {{"for an editor", "berth config schema > berth.schema.json"}},
            .arguments = {},
            .flags = {},
            .run = schema};
}

cli::Command reference_command() {
    return {.name = "config reference",
            .summary = "Print the table of all keys as Markdown",
            .description = "The table of docs/configuration.md, which is made by this.",
            .examples = {{"the table", "berth config reference"}},
            .arguments = {},
            .flags = {},
            .run = reference};
}

} // namespace

std::vector<cli::Command> configuration_commands() {
    return {check_command(), show_command(), schema_command(), reference_command()};
}

} // namespace berth::app
