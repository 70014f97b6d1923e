#include "cli/management.hpp"
#include "cli/registry_flags.hpp"
#include "cli/status_line.hpp"
#include "cli/table.hpp"

#include <fmt/format.h>

namespace berth::cli {
namespace {

std::string joined_by_commas(const std::vector<std::string>& words) {
    return fmt::format("{}", fmt::join(words, ","));
}

/// One row for each region of a tag, flat.
void add_rows(const json::Value& item, json::Array& rows) {
    for (const auto& cell : list_at(item, "cells")) {
        json::Object row{{"repository", text_at(item, "repository")},
                         {"tag", text_at(item, "tag")},
                         {"region", text_at(cell, "region")},
                         {"state", text_at(cell, "state")}};
        const auto put = [&](const char* key, const std::string& value) {
            if (!value.empty()) row[key] = value;
        };
        put("expected", text_at(item, "digest"));
        put("found", text_at(cell, "digest"));
        put("pushed", text_at(item, "pushed"));
        put("since", text_at(cell, "since"));
        put("failureCode", text_at(cell, "failureCode"));
        put("cause", text_at(cell, "cause"));
        put("remedy", text_at(cell, "remedy"));
        rows.push_back(std::move(row));
    }
}

void add_counts(const json::Value& page, json::Object& sums) {
    const json::Object* counts = page.is_object() && page.as_object().contains("counts")
                                     ? page.at("counts").if_object()
                                     : nullptr;
    if (counts == nullptr) return;
    for (const auto& [state, count] : *counts) {
        const std::int64_t before = sums.contains(state) ? sums[state].as_int64() : 0;
        sums[state] = before + count.to_number<std::int64_t>();
    }
}

/// All pages as one value.
json::Object all_of(Invocation& invocation, ApiClient& api, const std::string& path) {
    json::Array items;
    json::Array problems;
    json::Array cut;
    json::Object counts;
    json::Value page;
    std::string next;
    StatusLine status(invocation);
    do {
        std::string query;
        if (!next.empty()) net::add_query(query, "continue", next);
        page = api.get(query.empty() ? path : path + "&" + query).body;
        for (const auto& item : list_at(page, "items")) add_rows(item, items);
        for (const auto& each : list_at(page, "problems")) problems.push_back(each);
        for (const auto& each : list_at(page, "cut")) cut.push_back(each);
        add_counts(page, counts);
        const std::string follows = text_at(page, "listmeta.continue");
        if (follows == next) break; // a page that leads to itself
        next = follows;
        status.show("looking at repositories");
    } while (!next.empty());
    return {{"defaultRegion", text_at(page, "defaultRegion")},
            {"regions", list_at(page, "regions")},
            {"counts", std::move(counts)},
            {"items", std::move(items)},
            {"problems", std::move(problems)},
            {"cut", std::move(cut)}};
}

int registry_regions(Invocation& invocation) {
    const CommandLine& line = invocation.line;
    Management management(invocation);
    const auto registry = management.registry(line.argument(0));
    std::string query;
    net::add_query(query, "regions", joined_by_commas(line.values("region")));
    net::add_query(query, "repositories", joined_by_commas(line.values("repository")));
    if (line.has("gaps")) net::add_query(query, "gaps", "true");
    json::Object found =
        all_of(invocation, management.api(), registry.path("/ecr/regions?" + query));
    for (const auto& each : found["cut"].as_array())
        if (each.is_string()) invocation.console().warn(each.as_string());
    invocation.print({std::move(found),
                      {{Section::Shape::rows,
                        "items",
                        {{"REPOSITORY", "repository"},
                         {"TAG", "tag"},
                         {"REGION", "region"},
                         {"STATE", "state"},
                         {.title = "SINCE", .field = "since", .wide = true},
                         {.title = "EXPECTED", .field = "expected", .wide = true},
                         {.title = "FOUND", .field = "found", .wide = true},
                         {"", "cause", Column::Kind::below},
                         {"fix", "remedy", Column::Kind::below}}},
                       {Section::Shape::rows,
                        "problems",
                        {{"REGION", "region"},
                         {"REPOSITORY", "repository"},
                         {"STATE", "state"},
                         {"", "cause", Column::Kind::below},
                         {"fix", "remedy", Column::Kind::below}}}},
                      "defaultRegion"});
    return 0;
}

} // namespace

Command registry_regions_command() {
    return {
        .name = "registry regions",
        .summary = "Show what of an ECR registry is in which region",
        .description =
            "Holds each tag in other regions against the registry's default region, by digest, and "
            "says of each gap why it is there and what to do: replication that lags or failed, no "
            "rule, a rule that is younger than the push, a tag that is another image, and more.",
        .examples = {{"where the replication rules lead", "berth registry regions ireland"},
                     {"gaps alone, in one region",
                      "berth registry regions --gaps --region us-east-1 ireland"},
                     {"for a script",
                      "berth registry regions --repository 'team/*' -o json ireland"}},
        .arguments = {{.name = "NAME", .help = "its name or uid"}},
        .flags = joined({{{.name = "gaps", .value = "", .help = "leave out what is in sync"}},
                         region_flags(),
                         server_flags()}),
        .run = registry_regions};
}

} // namespace berth::cli
