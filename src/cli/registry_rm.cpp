#include "cli/management.hpp"
#include "cli/registry_flags.hpp"
#include "cli/table.hpp"

namespace berth::cli {
namespace {

int removed(Invocation& invocation, const RegistryName& registry, bool done) {
    invocation.print(
        {json::Object{{"uid", registry.uid}, {"name", registry.name}, {"removed", done}},
         {{Section::Shape::card, "", {{"Name", "name"}, {"UID", "uid"}, {"Removed", "removed"}}}}});
    return 0;
}

int registry_rm(Invocation& invocation) {
    const auto& text = invocation.line.argument(0);
    Management management(invocation);
    try {
        const auto registry = management.registry(text);
        management.api().remove(registry.path("/" + registry.type));
        return removed(invocation, registry, true);
    } catch (const Error& error) {
        if (error.code() != ErrorCode::not_found || !invocation.line.has("ignore-not-found")) throw;
        return removed(invocation, {.uid = "", .name = text, .type = ""}, false);
    }
}

} // namespace

Command registry_rm_command() {
    return {
        .name = "registry rm",
        .summary = "Remove a registered registry",
        .description =
            "The Berth server forgets it with its login and what is known of its content; the "
            "registry itself stays as it is.",
        .examples = {{"by name", "berth registry rm harbor"},
                     {"in a script", "berth registry rm --ignore-not-found harbor"},
                     {"by uid", "berth registry rm 65f1c2d3e4b5a69788990011"}},
        .arguments = {{.name = "NAME", .help = "its name or uid"}},
        .flags = joined(
            {{{.name = "ignore-not-found", .value = "", .help = "none of that name is success"}},
             server_flags()}),
        .run = registry_rm};
}

} // namespace berth::cli
