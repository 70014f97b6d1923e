#include "base/text.hpp"
#include "cli/field_flags.hpp"
#include "cli/management.hpp"
#include "cli/registry_flags.hpp"
#include "cli/table.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

namespace berth::cli {
namespace {

json::Object key_row(const json::Value& item) {
    return {{"name", text_at(item, "metadata.name")},
            {"uid", text_at(item, "metadata.uid")},
            {"user", text_at(item, "spec.user.firstName")},
            {"scope", text_at(item, "spec.scope")},
            {"expiry", text_at(item, "spec.expiry")},
            {"lastUsed", text_at(item, "spec.lastUsed")},
            {"active", text_at(item, "status.isActive") == "true"}};
}

json::Array all_keys(Management& management) {
    const auto answer = management.api().get("/v1/apiKeys").body;
    json::Array rows;
    for (const auto& item : list_at(answer, "items")) rows.push_back(key_row(item));
    return rows;
}

int key_ls(Invocation& invocation) {
    Management management(invocation);
    invocation.print({all_keys(management),
                      {{Section::Shape::rows,
                        "",
                        {{"NAME", "name"},
                         {"USER", "user"},
                         {"SCOPE", "scope"},
                         {"EXPIRES", "expiry"},
                         {"LAST USED", "lastUsed"},
                         {"ACTIVE", "active"},
                         {.title = "UID", .field = "uid", .wide = true}}}}});
    return 0;
}

int key_create(Invocation& invocation) {
    const auto& line = invocation.line;
    Management management(invocation);
    const auto days = line.number("days", 30, 1, 365);
    const auto expiry = invocation.surroundings.clock.wall_now() + std::chrono::hours(24 * days);
    const auto expiry_text = fmt::format("{:%Y-%m-%dT%H:%M:%S}.000Z",
                                         fmt::gmtime(std::chrono::system_clock::to_time_t(expiry)));
    json::Object spec{{"expiry", expiry_text}, {"scope", line.value("scope").value_or("see")}};
    const auto added = naming_flags(invocation.command, [&] {
        return management.api()
            .post("/v1/apiKeys",
                  {{"metadata", {{"name", line.argument(0)}}}, {"spec", std::move(spec)}})
            .body;
    });
    invocation.console().inform("The key is shown this once and can be read nowhere later.");
    invocation.print(
        {json::Object{{"uid", text_at(added, "uid")},
                      {"name", line.argument(0)},
                      {"expiry", expiry_text},
                      {"apiKey", text_at(added, "apiKey")}},
         {{Section::Shape::card,
           "",
           {{"Key", "apiKey"}, {"Name", "name"}, {"Expires", "expiry"}, {"UID", "uid"}}}},
         "apiKey"});
    return 0;
}

int key_rm(Invocation& invocation) {
    Management management(invocation);
    const auto& wanted = invocation.line.argument(0);
    std::vector<std::string> found;
    for (const auto& row : all_keys(management)) {
        if (text_at(row, "uid") == wanted || text_at(row, "name") == wanted)
            found.push_back(text_at(row, "uid"));
    }
    if (found.empty())
        throw Error(ErrorCode::not_found,
                    fmt::format("there is no API key {}", berth::quoted(wanted)))
            .set_hint("berth key ls lists them");
    if (found.size() > 1)
        throw Error(ErrorCode::usage,
                    fmt::format("there are {} API keys {}", found.size(), berth::quoted(wanted)))
            .set_hint("name it by its uid: berth key ls -o wide");
    management.api().remove("/v1/apiKeys/" + net::percent_encode(found[0]));
    invocation.print(
        {json::Object{{"uid", found[0]}, {"name", wanted}, {"removed", true}},
         {{Section::Shape::card, "", {{"Name", "name"}, {"UID", "uid"}, {"Removed", "removed"}}}}});
    return 0;
}

} // namespace

Command key_ls_command() {
    return {.name = "key ls",
            .summary = "List API keys of a Berth server",
            .description =
                "Yours; an administrator sees those of all users. The keys themselves are never "
                "shown again.",
            .examples = {{"all", "berth key ls"},
                         {"with uids", "berth key ls -o wide"},
                         {"names alone", "berth key ls -o name"}},
            .arguments = {},
            .flags = server_flags(),
            .run = key_ls};
}

Command key_create_command() {
    return {.name = "key create",
            .summary = "Make an API key for scripts",
            .description =
                "Prints the key, once. It may at most what its scope says and what you may: see "
                "looks at registries and their content, use also syncs and tries them, manage also "
                "changes them.",
            .examples = {{"to look", "berth key create monitoring"},
                         {"for a pipeline, into a file",
                          "berth key create --scope manage --days 90 -o name terraform > key"},
                         {"to let a script sync and try registries",
                          "berth key create --scope use --days 365 nightly"}},
            .arguments = {{.name = "NAME", .help = "what it is for"}},
            .flags = joined(
                {{{.name = "scope",
                   .value = "RIGHT",
                   .help = "the most that it may; otherwise see",
                   .choices = {"see", "use", "manage"}},
                  {.name = "days", .value = "N", .help = "until it ends, 1 to 365; otherwise 30"}},
                 server_flags()}),
            .run = key_create};
}

Command key_rm_command() {
    return {.name = "key rm",
            .summary = "Remove an API key",
            .description = "It is refused from then on.",
            .examples = {{"by name", "berth key rm terraform"},
                         {"by uid", "berth key rm 65f1c2d3e4b5a69788990011"},
                         {"to see which there are", "berth key ls"}},
            .arguments = {{.name = "KEY", .help = "its name or uid"}},
            .flags = server_flags(),
            .run = key_rm};
}

} // namespace berth::cli
