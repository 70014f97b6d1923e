#include "cli/field_flags.hpp"
#include "cli/registry_flags.hpp"
#include "cli/registry_form.hpp"
#include "cli/registry_trial.hpp"
#include "cli/table.hpp"

#include <algorithm>

namespace berth::cli {
namespace {

std::vector<Flag> change_flags() {
    return joined({{{.name = "name", .value = "NAME", .help = "a new name"},
                    {.name = "endpoint", .value = "URL", .help = "another address"}},
                   registry_form_flags()});
}

void require_change(const CommandLine& line) {
    const auto flags = change_flags();
    const bool any = std::any_of(flags.begin(), flags.end(), [&](const Flag& flag) {
        return line.has(flag.name) || line.switched_off(flag.name);
    });
    if (any) return;
    throw Error(ErrorCode::usage, "no flag says what to change")
        .set_hint("e.g. --name, --endpoint, --username; berth registry edit --help has all");
}

/// What the server holds, with what the flags change.
json::Object changed(Invocation& invocation, const RegistryName& registry, json::Value held) {
    auto* object = held.if_object();
    if (!object || !object->contains("metadata") || !object->at("metadata").is_object())
        throw Error(ErrorCode::response_invalid, "the server's answer is no registry");
    object->erase("status");
    fill_registry(invocation, registry.type, *object);
    if (const auto name = invocation.line.value("name"))
        object->at("metadata").as_object()["name"] = *name;
    if (const auto endpoint = invocation.line.value("endpoint"))
        object->at("spec").as_object()["endpoint"] = *endpoint;
    return std::move(*object);
}

int registry_edit(Invocation& invocation) {
    require_change(invocation.line);
    Management management(invocation);
    auto registry = management.registry(invocation.line.argument(0));
    const auto path = registry.path("/" + registry.type);
    auto held = management.api().get(path);
    const auto etag = std::string(held.headers.find("ETag").value_or(""));
    const auto body = changed(invocation, registry, std::move(held.body));
    if (const auto status = dry_run(invocation, management, registry, body)) return *status;
    auto validation = tried(invocation, management, registry, body, "nothing was changed");
    // Somebody else's change in between is a conflict, and not lost.
    management.api().put(path, body, etag);
    const json::Value now(body);
    registry.name = text_at(now, "metadata.name");
    invocation.print(stored_report(registry, text_at(now, "spec.endpoint"), std::move(validation)));
    return 0;
}

int edit_registry(Invocation& invocation) {
    return naming_flags(invocation.command, [&] { return registry_edit(invocation); });
}

} // namespace

Command registry_edit_command() {
    return {
        .name = "registry edit",
        .summary = "Change a registered registry",
        .description =
            "Changes what the flags say and leaves the rest. What comes of it is tried first, as "
            "by registry add. A stored password stays, unless the endpoint becomes another host or "
            "port: then it has to be given again. If somebody else changed the registry meanwhile, "
            "nothing is changed.",
        .examples = {{"another name", "berth registry edit harbor --name harbour"},
                     {"a new password", "berth registry edit harbor --password-stdin < password"},
                     {"a renewed authority", "berth registry edit harbor --ca-file ca.pem"}},
        .arguments = {{.name = "NAME", .help = "its name or uid"}},
        .flags = joined({change_flags(), trial_flags(), server_flags()}),
        .run = edit_registry};
}

} // namespace berth::cli
