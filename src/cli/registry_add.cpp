#include "cli/field_flags.hpp"
#include "cli/registry_flags.hpp"
#include "cli/registry_form.hpp"
#include "cli/registry_trial.hpp"
#include "cli/table.hpp"

namespace berth::cli {
namespace {

json::Object registry_of(Invocation& invocation, const std::string& type) {
    const auto& line = invocation.line;
    json::Object registry{
        {"kind", type == "ecr" ? "EcrRegistry" : "BasicOciRegistry"},
        {"metadata", {{"name", line.argument(0)}}},
        {"spec",
         {{"endpoint", line.argument(1)}, {"providerType", "helm"}, {"isSyncSupported", false}}}};
    fill_registry(invocation, type, registry);
    return registry;
}

/// A name that cannot be is said before anything is tried.
void check_name(Management& management, const std::string& name) {
    std::string query;
    net::add_query(query, "name", name);
    management.api().get("/v1/registries/oci/validate/name?" + query);
}

int registry_add(Invocation& invocation) {
    const auto& line = invocation.line;
    RegistryName registry{
        .uid = "", .name = line.argument(0), .type = registry_type(invocation, line.argument(1))};
    Management management(invocation);
    const auto body = registry_of(invocation, registry.type);
    if (const auto status = dry_run(invocation, management, registry, body)) return *status;
    check_name(management, registry.name);
    auto validation = tried(invocation, management, registry, body, "nothing was registered");
    const auto added = management.api().post("/v1/registries/oci/" + registry.type, body).body;
    registry.uid = text_at(added, "uid");
    invocation.print(stored_report(registry, line.argument(1), std::move(validation)));
    return 0;
}

int add_registry(Invocation& invocation) {
    return naming_flags(invocation.command, [&] { return registry_add(invocation); });
}

} // namespace

Command registry_add_command() {
    return {
        .name = "registry add",
        .summary = "Register a registry with a Berth server",
        .description =
            "The server tries the registry first, step by step, and registers it if it works; "
            "--no-validate registers it untried, --dry-run tries it alone and prints the steps. "
            "Secrets come from standard input or a prompt, never from a flag.",
        .examples = {{"with a user name, the password asked for",
                      "berth registry add harbor https://registry.example:5000 -u robot"},
                     {"with a private authority, kept in an index",
                      "berth registry add harbor https://registry.example --ca-file ca.pem "
                      "--content-path team --sync"},
                     {"to see whether it would work",
                      "berth registry add --dry-run try https://registry.example"}},
        .arguments = {{.name = "NAME", .help = "what it is called here"},
                      {.name = "ENDPOINT", .help = "its address, e.g. https://registry.example"}},
        .flags = joined({{{.name = "type",
                           .value = "TYPE",
                           .help = "otherwise ecr for the endpoints of Amazon ECR, else basic",
                           .choices = {"basic", "ecr"}}},
                         trial_flags(),
                         registry_form_flags(),
                         server_flags()}),
        .run = add_registry};
}

} // namespace berth::cli
