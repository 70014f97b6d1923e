#include "base/text.hpp"
#include "cli/management.hpp"
#include "cli/registry_flags.hpp"
#include "cli/table.hpp"

#include <fmt/format.h>

namespace berth::cli {
namespace {

constexpr std::uint64_t most_charts = 10'000;

std::vector<RegistryName> registries_of(Management& management, const CommandLine& line) {
    std::vector<RegistryName> chosen;
    for (const auto& name : line.values("registry")) chosen.push_back(management.content(name));
    if (!chosen.empty()) return chosen;
    chosen = management.registries();
    chosen.push_back(embedded_registry());
    return chosen;
}

json::Object found_row(const RegistryName& registry, const json::Value& item) {
    return {{"registry", registry.name},
            {"repository", text_at(item, "name")},
            {"version", text_at(item, "chart.version")},
            {"appVersion", text_at(item, "chart.appVersion")},
            {"description", text_at(item, "chart.description")},
            {"tag", text_at(item, "latestTag")}};
}

int chart_search(Invocation& invocation) {
    const auto& line = invocation.line;
    Management management(invocation);
    const auto limit = line.number("limit", most_charts, 1, most_charts);
    std::string query = "kind=chart";
    if (!line.arguments().empty()) net::add_query(query, "search", line.argument(0));
    json::Array rows;
    bool failed = false;
    for (const auto& registry : registries_of(management, line)) {
        if (rows.size() >= limit) break;
        try {
            const auto path = registry.path("/repositories?" + query);
            for (const auto& item : management.items(path, limit - rows.size()))
                rows.push_back(found_row(registry, item));
        } catch (const Error& error) {
            if (error.code() == ErrorCode::unauthorized || error.code() == ErrorCode::cancelled)
                throw;
            // One registry that is down does not hide the others.
            failed = true;
            invocation.console().warn(
                fmt::format("{}: {}", berth::quoted(registry.name), error.what()));
        }
    }
    invocation.print({std::move(rows),
                      {{Section::Shape::rows,
                        "",
                        {{"REGISTRY", "registry"},
                         {"CHART", "repository"},
                         {"VERSION", "version"},
                         {"APP VERSION", "appVersion"},
                         {"DESCRIPTION", "description"}}}},
                      "repository"});
    return failed ? traits(ErrorCode::partial).exit_status : 0;
}

} // namespace

Command chart_search_command() {
    return {
        .name = "chart search",
        .summary = "Find charts in the registries of a Berth server",
        .description =
            "Looks for TEXT in the names of repositories and charts and in what charts say of "
            "themselves; without TEXT it lists all charts. What was registered with --sync is "
            "answered from the server's index, other registries are asked. One that does not "
            "answer is passed over with a warning and exit status 7.",
        .examples = {{"anywhere", "berth chart search ingress"},
                     {"in one registry", "berth chart search --registry harbor ingress"},
                     {"all there are, as JSON", "berth chart search -o json"}},
        .arguments = {{.name = "TEXT", .help = "part of a name or description", .required = false}},
        .flags = joined(
            {{{.name = "registry",
               .value = "NAME",
               .help = "in this registry; otherwise in all, and in the server's own (embedded)",
               .repeatable = true},
              {.name = "limit",
               .value = "N",
               .help = fmt::format("at most N; otherwise {}, which is the most", most_charts)}},
             server_flags()}),
        .run = chart_search};
}

} // namespace berth::cli
