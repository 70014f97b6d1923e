#include "chart/chart.hpp"
#include "cli/management.hpp"
#include "cli/registry_flags.hpp"
#include "cli/table.hpp"

#include <fmt/format.h>

namespace berth::cli {
namespace {

constexpr std::uint64_t most_versions = 10'000;

json::Object row_of(const json::Value& item) {
    const auto tag = text_at(item, "tag");
    auto version = text_at(item, "chart.version");
    // Only the newest are looked at by the server; a tag has the version with + as _.
    if (version.empty()) version = chart::tag_to_version(tag);
    return {{"version", version},
            {"tag", tag},
            {"appVersion", text_at(item, "chart.appVersion")},
            {"description", text_at(item, "chart.description")},
            {"digest", text_at(item, "digest")},
            {"kind", text_at(item, "kind")}};
}

int chart_versions(Invocation& invocation) {
    const auto& line = invocation.line;
    Management management(invocation);
    const auto registry = management.content(line.argument(0));
    std::string query;
    net::add_query(query, "repository", line.argument(1));
    json::Array rows;
    const auto limit = line.number("limit", most_versions, 1, most_versions);
    for (const auto& item : management.items(registry.path("/tags?" + query), limit))
        rows.push_back(row_of(item));
    invocation.print({std::move(rows),
                      {{Section::Shape::rows,
                        "",
                        {{"VERSION", "version"},
                         {"APP VERSION", "appVersion"},
                         {"DESCRIPTION", "description"},
                         {.title = "TAG", .field = "tag", .wide = true},
                         {.title = "DIGEST", .field = "digest", .wide = true}}}},
                      "version"});
    return 0;
}

} // namespace

Command chart_versions_command() {
    return {
        .name = "chart versions",
        .summary = "List the versions of a chart",
        .description = "Newest version first, as semver.org orders them.",
        .examples = {{"all", "berth chart versions harbor team/charts/web"},
                     {"the newest", "berth chart versions --limit 1 -o name harbor charts/web"},
                     {"with digests", "berth chart versions -o wide harbor charts/web"}},
        .arguments = {{.name = "NAME", .help = "a registered registry's name or uid, or embedded"},
                      {.name = "CHART", .help = "its repository, e.g. team/charts/web"}},
        .flags = joined(
            {{{.name = "limit",
               .value = "N",
               .help = fmt::format("at most N; otherwise {}, which is the most", most_versions)}},
             server_flags()}),
        .run = chart_versions};
}

} // namespace berth::cli
