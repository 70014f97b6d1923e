#include "base/text.hpp"
#include "chart/chart.hpp"
#include "cli/management.hpp"
#include "cli/registry_flags.hpp"
#include "cli/table.hpp"

#include <fmt/format.h>

namespace berth::cli {
namespace {

struct ChartReference {
    std::string repository;
    std::string reference; ///< tag or digest
};

/// The newest release of a repository, else the newest version. Error not_found for one without
/// tags.
std::string newest(Management& management, const RegistryName& registry,
                   const std::string& repository) {
    std::string query;
    net::add_query(query, "repository", repository);
    const auto page = management.api().get(registry.path("/tags?" + query)).body;
    const auto items = list_at(page, "items");
    for (const auto& item : items) {
        auto tag = text_at(item, "tag");
        if (tag.substr(0, tag.find('_')).find('-') == tag.npos) return tag;
    }
    if (!items.empty()) return text_at(items.front(), "tag");
    throw Error(ErrorCode::not_found,
                fmt::format("{} has no versions in {}", berth::quoted(repository),
                            berth::quoted(registry.name)));
}

/// "charts/web", "charts/web:1.2.0", "charts/web@sha256:…".
ChartReference parse(const std::string& text) {
    if (const auto at = text.find('@'); at != text.npos)
        return {text.substr(0, at), text.substr(at + 1)};
    const auto colon = text.rfind(':');
    if (colon == text.npos) return {text, ""};
    return {text.substr(0, colon), text.substr(colon + 1)};
}

/// The one part that a flag asks for, "" for none.
std::string part_of(const CommandLine& line) {
    std::string part;
    for (const auto& [flag, field] :
         {std::pair("readme", "readme"), {"values", "values"}, {"schema", "valuesSchema"}}) {
        if (!line.has(flag)) continue;
        if (!part.empty())
            throw Error(ErrorCode::usage, "one of --readme, --values and --schema at a time");
        part = field;
    }
    return part;
}

/// A text as it is, for a file; foreign control characters are left out for a terminal.
void print_part(Invocation& invocation, const json::Value& chart, const std::string& part) {
    auto text = text_at(chart, part);
    if (text.empty()) throw Error(ErrorCode::not_found, fmt::format("the chart has no {}", part));
    if (invocation.console().out_is_terminal())
        std::erase_if(text, [](char c) {
            const auto byte = static_cast<unsigned char>(c);
            return (byte < 0x20 && c != '\n' && c != '\t') || byte == 0x7f;
        });
    if (!text.ends_with('\n')) text += '\n';
    invocation.console().print(text);
}

int chart_show(Invocation& invocation) {
    const auto& line = invocation.line;
    const auto part = part_of(line);
    Management management(invocation);
    const auto registry = management.content(line.argument(0));
    auto wanted = parse(line.argument(1));
    if (wanted.reference.empty())
        wanted.reference = newest(management, registry, wanted.repository);
    wanted.reference = chart::version_to_tag(wanted.reference);
    std::string query;
    net::add_query(query, "repository", wanted.repository);
    net::add_query(query, "reference", wanted.reference);
    auto chart = management.api().get(registry.path("/chart?" + query)).body;
    if (!part.empty()) {
        print_part(invocation, chart, part);
        return 0;
    }
    invocation.print(
        {std::move(chart),
         {{Section::Shape::card,
           "",
           {{"Chart", "name"},
            {"Version", "version"},
            {"App version", "appVersion"},
            {"Description", "description"},
            {"Type", "type"},
            {"Home", "home"},
            {.title = "Sources", .field = "sources", .kind = Column::Kind::list},
            {.title = "Keywords", .field = "keywords", .kind = Column::Kind::list},
            {"Deprecated", "deprecated"},
            {"Provenance", "provenance"},
            {"Digest", "digest"}}},
          {Section::Shape::rows,
           "dependencies",
           {{"DEPENDENCY", "name"}, {"VERSION", "version"}, {"REPOSITORY", "repository"}}},
          {Section::Shape::rows, "commands", {{"CLIENT", "client"}, {"COMMAND", "text"}}}}});
    return 0;
}

} // namespace

Command chart_show_command() {
    return {
        .name = "chart show",
        .summary = "Show a chart",
        .description =
            "What it says of itself, its dependencies, and the commands that pull "
            "it. Without a version it is the newest release.",
        .examples = {{"the newest", "berth chart show harbor charts/web"},
                     {"one version", "berth chart show harbor charts/web:1.2.0"},
                     {"its values, to change them",
                      "berth chart show --values harbor charts/web:1.2.0 > values.yaml"}},
        .arguments = {{.name = "NAME", .help = "a registered registry's name or uid, or embedded"},
                      {.name = "CHART",
                       .help = "its repository, with :VERSION or @DIGEST if "
                               "wanted"}},
        .flags = joined(
            {{{.name = "readme", .value = "", .help = "print its README alone"},
              {.name = "values", .value = "", .help = "print its values.yaml alone"},
              {.name = "schema", .value = "", .help = "print the schema of its values alone"}},
             server_flags()}),
        .run = chart_show};
}

} // namespace berth::cli
