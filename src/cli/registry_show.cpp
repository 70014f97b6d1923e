#include "cli/management.hpp"
#include "cli/table.hpp"

namespace berth::cli {
namespace {

int registry_show(Invocation& invocation) {
    Management management(invocation);
    const auto registry = management.registry(invocation.line.argument(0));
    auto value = management.api().get(registry.path("/" + registry.type)).body;
    invocation.print({std::move(value),
                      {{Section::Shape::card,
                        "",
                        {{"Name", "metadata.name"},
                         {"UID", "metadata.uid"},
                         {"Kind", "kind"},
                         {"Endpoint", "spec.endpoint"},
                         {"Base path", "spec.basePath"},
                         {"Content paths", "spec.baseContentPath"},
                         {"Provider", "spec.providerType"},
                         {"Region", "spec.defaultRegion"},
                         {"Login", "spec.auth.type"},
                         {"User", "spec.auth.username"},
                         {"Credentials", "spec.credentials.credentialType"},
                         {"Access key", "spec.credentials.accessKey"},
                         {"Role", "spec.credentials.sts.arn"},
                         {"Synchronized", "spec.isSyncSupported"},
                         {"Sync", "status.syncStatus.status"},
                         {"Synced", "status.syncStatus.lastSyncedTime"},
                         {"Message", "status.syncStatus.message"},
                         {"Validation", "status.validation.result"},
                         {"Failed step", "status.validation.failedStep"},
                         {"Validated", "status.validation.at"},
                         {"Changed", "metadata.lastModifiedTimestamp"}}}},
                      "metadata.name"});
    return 0;
}

} // namespace

Command registry_show_command() {
    return {.name = "registry show",
            .summary = "Show one registered registry",
            .description = "As it was registered. Secrets are never shown.",
            .examples = {{"for a person", "berth registry show harbor"},
                         {"all of it", "berth registry show -o yaml harbor"},
                         {"its endpoint",
                          "berth registry show -o 'template={{.spec.endpoint}}' "
                          "harbor"}},
            .arguments = {{.name = "NAME", .help = "its name or uid"}},
            .flags = server_flags(),
            .run = registry_show};
}

} // namespace berth::cli
