#include "cli/management.hpp"
#include "cli/registry_flags.hpp"
#include "cli/table.hpp"
#include "cli/validation_report.hpp"

namespace berth::cli {
namespace {

int registry_validate(Invocation& invocation) {
    Management management(invocation);
    const auto registry = management.registry(invocation.line.argument(0));
    auto validation = invocation.line.has("last")
                          ? management.api().get(registry.path("/validation")).body
                          : management.api().post(registry.path("/validate"), {}).body;
    const int status = validation_status(validation);
    invocation.print(validation_report(std::move(validation)));
    return status;
}

} // namespace

Command registry_validate_command() {
    return {
        .name = "registry validate",
        .summary = "Try a registered registry, step by step",
        .description =
            "Resolves its name, connects, looks at its certificate, logs in, lists and reads "
            "one manifest, from the server's side; prints each step with its cause and what to "
            "do about it. The outcome is kept and shown in the console. If a step failed, the exit "
            "status says what kind it is of: 4 a login, 5 network or TLS.",
        .examples = {{"now", "berth registry validate harbor"},
                     {"how it went the last time", "berth registry validate --last harbor"},
                     {"for a script", "berth registry validate -o json harbor"}},
        .arguments = {{.name = "NAME", .help = "its name or uid"}},
        .flags = joined(
            {{{.name = "last", .value = "", .help = "print the last validation, try nothing"}},
             server_flags()}),
        .run = registry_validate};
}

} // namespace berth::cli
