#include "cli/management.hpp"
#include "cli/table.hpp"

namespace berth::cli {
namespace {

/// One row of the summary, flat.
json::Object registry_row(const json::Value& item) {
    return {{"name", text_at(item, "metadata.name")},
            {"uid", text_at(item, "metadata.uid")},
            {"type", text_at(item, "spec.registryType")},
            {"provider", text_at(item, "spec.providerType")},
            {"endpoint", text_at(item, "spec.endpoint")},
            {"sync", text_at(item, "status.sync.status")},
            {"syncedAt", text_at(item, "status.sync.lastSyncedTime")},
            {"syncMessage", text_at(item, "status.sync.message")},
            {"validation", text_at(item, "status.validation.result")},
            {"failedStep", text_at(item, "status.validation.failedStep")},
            {"validatedAt", text_at(item, "status.validation.at")}};
}

int registry_ls(Invocation& invocation) {
    Management management(invocation);
    const auto summary = management.api().get("/v1/registries/oci/summary").body;
    json::Array rows;
    for (const auto& item : list_at(summary, "items")) rows.push_back(registry_row(item));
    invocation.print({std::move(rows),
                      {{Section::Shape::rows,
                        "",
                        {{"NAME", "name"},
                         {"TYPE", "type"},
                         {"ENDPOINT", "endpoint"},
                         {"VALIDATION", "validation"},
                         {"FAILED STEP", "failedStep"},
                         {"SYNC", "sync"},
                         {.title = "VALIDATED", .field = "validatedAt", .wide = true},
                         {.title = "SYNCED", .field = "syncedAt", .wide = true},
                         {.title = "MESSAGE", .field = "syncMessage", .wide = true},
                         {.title = "PROVIDER", .field = "provider", .wide = true},
                         {.title = "UID", .field = "uid", .wide = true}}}}});
    return 0;
}

} // namespace

Command registry_ls_command() {
    return {.name = "registry ls",
            .summary = "List the registries that a Berth server knows",
            .description =
                "With the outcome of the last validation and of the last synchronization of each.",
            .examples = {{"all", "berth registry ls"},
                         {"with times and uids", "berth registry ls -o wide"},
                         {"names alone", "berth registry ls -o name"}},
            .arguments = {},
            .flags = server_flags(),
            .run = registry_ls};
}

} // namespace berth::cli
