#include "cli/management.hpp"
#include "cli/registry_flags.hpp"
#include "cli/status_line.hpp"
#include "cli/table.hpp"

#include <fmt/format.h>

namespace berth::cli {
namespace {

constexpr std::chrono::milliseconds sync_poll{500};

bool goes_on(const json::Value& status) {
    const auto text = text_at(status, "status");
    return text == "InProgress" || text == "Pending";
}

/// How the synchronization that was begun ended.
json::Value wait_for_sync(Invocation& invocation, ApiClient& api, const std::string& path) {
    StatusLine status(invocation);
    while (true) {
        auto now = api.get(path).body;
        if (!goes_on(now)) return now;
        status.show(text_at(now, "message"));
        if (!invocation.surroundings.clock.sleep(sync_poll, invocation.surroundings.stop))
            throw Error(ErrorCode::cancelled, "the wait was stopped; the synchronization goes on");
    }
}

int registry_sync(Invocation& invocation) {
    Management management(invocation);
    const auto registry = management.registry(invocation.line.argument(0));
    const auto path = registry.path(fmt::format("/{}/sync", registry.type));
    management.api().post(path, {});
    auto status = invocation.line.has("wait")
                      ? wait_for_sync(invocation, management.api(), path + "/status")
                      : management.api().get(path + "/status").body;
    const bool failed = invocation.line.has("wait") && text_at(status, "status") != "Success";
    if (status.is_object()) status.as_object()["name"] = registry.name;
    invocation.print({std::move(status),
                      {{Section::Shape::card,
                        "",
                        {{"Name", "name"},
                         {"Status", "status"},
                         {"Message", "message"},
                         {"Last run", "lastRunTime"},
                         {"Last synced", "lastSyncedTime"}}}}});
    return failed ? 1 : 0;
}

} // namespace

Command registry_sync_command() {
    return {
        .name = "registry sync",
        .summary = "Bring the index of a registered registry up to date",
        .description =
            "The Berth server reads the lists of its repositories and tags, and what "
            "its charts say of themselves. It does so each day by itself, for registries "
            "registered with --sync.",
        .examples = {{"begin", "berth registry sync harbor"},
                     {"and wait", "berth registry sync --wait harbor"},
                     {"for a script", "berth registry sync --wait -o json harbor"}},
        .arguments = {{.name = "NAME", .help = "its name or uid"}},
        .flags = joined(
            {{{.name = "wait", .value = "", .help = "until it is over; exits with 1 if it failed"}},
             server_flags()}),
        .run = registry_sync};
}

} // namespace berth::cli
