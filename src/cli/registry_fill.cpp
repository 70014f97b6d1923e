#include "base/text.hpp"
#include "cli/management.hpp"
#include "cli/progress_text.hpp"
#include "cli/registry_flags.hpp"
#include "cli/status_line.hpp"
#include "cli/table.hpp"

#include <fmt/format.h>

#include <limits>

namespace berth::cli {
namespace {

constexpr std::chrono::milliseconds fill_poll{500};

json::Object body_of(const CommandLine& line) {
    const auto texts = [&](std::string_view flag) {
        json::Array written;
        for (const std::string& value : line.values(flag)) written.push_back(json::Value(value));
        return written;
    };
    return {{"regions", texts("region")},
            {"repositories", texts("repository")},
            {"createRepositories", line.has("create-repositories")}};
}

std::uint64_t number_at(const json::Value& value, std::string_view key) {
    return parse_number(text_at(value, key), std::numeric_limits<std::uint64_t>::max()).value_or(0);
}

/// "12 MiB of 80 MiB, 4 MiB/s, 17 s left"
std::string progress_of(const json::Value& report) {
    std::string text = fmt::format("{} of {}", human_size(number_at(report, "bytesMoved")),
                                   human_size(number_at(report, "bytes")));
    if (const auto rate = number_at(report, "bytesPerSecond"); rate > 0)
        text += fmt::format(", {}/s, {} left", human_size(rate),
                            human_time(std::chrono::seconds(number_at(report, "secondsLeft"))));
    return text;
}

json::Value wait_for_fill(Invocation& invocation, ApiClient& api, const std::string& path) {
    StatusLine status(invocation);
    while (true) {
        auto report = api.get(path).body;
        const auto* over = report.is_object() ? report.as_object().if_contains("over") : nullptr;
        if (over != nullptr && over->is_bool() && over->as_bool()) return report;
        status.show(progress_of(report));
        if (!invocation.surroundings.clock.sleep(fill_poll, invocation.surroundings.stop))
            throw Error(ErrorCode::cancelled, "the wait was stopped; the copying goes on")
                .set_hint("the console's page of jobs cancels it");
    }
}

Report report_of(json::Value value, bool done) {
    std::vector<Column> items{{"REPOSITORY", "repository"},
                              {"TAG", "tag"},
                              {"REGION", "region"},
                              {"STATE", "state"},
                              {"SIZE", "bytes", Column::Kind::size}};
    if (done) items.push_back({"RESULT", "result"});
    items.push_back({"", done ? "message" : "unmeasured", Column::Kind::below});
    items.push_back({"fix", "fix", Column::Kind::below});
    std::vector<Column> repositories{{"REPOSITORY TO BE MADE", "repository"},
                                     {"REGION", "region"},
                                     {"TAG MUTABILITY", "tagMutability"}};
    if (done) repositories.push_back({"RESULT", "result"});
    repositories.push_back({"", "message", Column::Kind::below});
    return {std::move(value),
            {{Section::Shape::rows, "repositories", std::move(repositories)},
             {Section::Shape::rows, "items", std::move(items)},
             {Section::Shape::rows,
              "left",
              {{"LEFT ALONE", "repository"},
               {"TAG", "tag"},
               {"REGION", "region"},
               {"STATE", "state"},
               {"", "reason", Column::Kind::below}}},
             {Section::Shape::card,
              "",
              {{"From", "defaultRegion"},
               {"Missing there", "bytes", Column::Kind::size},
               {"Moved", "bytesMoved", Column::Kind::size}}}},
            "defaultRegion"};
}

/// Whether something that was to be done was not.
bool is_incomplete(const json::Value& report) {
    for (const char* list : {"items", "repositories"})
        for (const auto& each : list_at(report, list)) {
            const auto result = text_at(each, "result");
            if (result == "failed" || result == "waiting") return true;
        }
    return false;
}

int registry_fill(Invocation& invocation) {
    Management management(invocation);
    const auto registry = management.registry(invocation.line.argument(0));
    const std::string path = registry.path("/ecr/regions/fill");
    const json::Object body = body_of(invocation.line);
    if (invocation.line.has("dry-run")) {
        invocation.print(report_of(management.api().post(path + "/plan", body).body, false));
        return 0;
    }
    const auto begun = management.api().post(path, body).body;
    for (const auto& each : list_at(begun, "cut"))
        if (each.is_string()) invocation.console().warn(each.as_string());
    auto report = wait_for_fill(invocation, management.api(), path);
    const bool incomplete = is_incomplete(report);
    const auto* policy = report.as_object().if_contains("policy");
    if (policy != nullptr)
        invocation.console().warn("AWS denied something; this policy beside the other allows it: " +
                                  json::write(*policy));
    invocation.print(report_of(std::move(report), true));
    return incomplete ? traits(ErrorCode::partial).exit_status : 0;
}

} // namespace

Command registry_fill_command() {
    return {
        .name = "registry fill",
        .summary = "Copy what other regions of an ECR registry lack",
        .description =
            "The Berth server copies it from the default region, by digest, with the registry's "
            "own "
            "credentials, which then need the right to push. Nothing is overwritten: a tag that is "
            "another image there stays, and is listed. Exits with 7 if something was not "
            "copied.\n\n"
            "Copying between regions is billed by AWS: --dry-run says how much it is.",
        .examples = {{"what it would do", "berth registry fill --dry-run ireland"},
                     {"one repository everywhere",
                      "berth registry fill --repository team/app ireland"},
                     {"one region, with the repositories that are missing there",
                      "berth registry fill --region us-east-1 --create-repositories ireland"}},
        .arguments = {{.name = "NAME", .help = "its name or uid"}},
        .flags =
            joined({{{.name = "create-repositories",
                      .value = "",
                      .help = "make repositories that are not there, with the tag mutability "
                              "and scan setting of those in the default region"},
                     {.name = "dry-run", .value = "", .help = "print the plan and do nothing"}},
                    region_flags(),
                    server_flags()}),
        .run = registry_fill};
}

} // namespace berth::cli
